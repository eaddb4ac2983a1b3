import { ParseError } from "@millrace/core";
import type { SseEventMessage, SseMessage } from "./sse-message.ts";

const LINE_ENDS = /\r\n|\r|\n/g;
const DEFAULT_TYPE = "message";
const FORBIDDEN = /[\r\n\0]/;
const NAMES: Record<string, string> = { "\r": "CR", "\n": "LF", "\0": "NUL" };

/** One message as it is written. The offset, in items, is for the error. */
export function encodeMessage(
  message: string | SseMessage,
  offset: number,
  idFirst = false,
): string {
  if (typeof message === "string") return `${field("data", message)}\n`;
  if (!isObject(message)) {
    throw refusal(`what is sent must be a string or a message, not ${kind(message)}`, offset);
  }
  const { comment, type, data, id, retry }: Unchecked = message;
  let block = "";
  if (type !== undefined) {
    if (data === undefined) throw refusal("a type without data would reach nobody", offset);
    checkLine("type", type, offset);
    if (type !== DEFAULT_TYPE && type !== "") block = field("event", type);
  }
  if (data !== undefined) {
    checkText("data", data, offset);
    block += field("data", data);
  }
  // Behind the data: half an event that is dispatched all the same does not move the cursor.
  if (id !== undefined) {
    checkLine("id", id, offset);
    block = idFirst ? field("id", id) + block : block + field("id", id);
  }
  if (retry !== undefined) {
    checkDelay(retry, offset);
    block += `retry: ${retry}\n`;
  }
  if (block !== "") block += "\n";
  if (comment !== undefined) {
    checkText("comment", comment, offset);
    block = `${field("", comment)}\n${block}`; // some clients want data first in its block
  }
  if (block === "") throw refusal("a message must have data, id, retry or comment", offset);
  return block;
}

export function refusal(problem: string, offset: number, options?: ErrorOptions): ParseError {
  return new ParseError(`Cannot encode SSE: ${problem}`, {
    stage: "encodeSse",
    offset,
    ...options,
  });
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

/** A line for each line of the value. */
function field(name: string, value: string): string {
  const lines =
    value.includes("\n") || value.includes("\r") ? value.replace(LINE_ENDS, `\n${name}: `) : value;
  return `${name}: ${lines}\n`;
}

/** What the types promise and untyped code may not keep. */
type Unchecked = { [Field in keyof SseEventMessage]?: unknown };

function checkText(name: string, value: unknown, offset: number): asserts value is string {
  if (typeof value !== "string") {
    throw refusal(`${name} must be a string, not ${kind(value)}`, offset);
  }
}

function checkLine(name: string, value: unknown, offset: number): asserts value is string {
  checkText(name, value, offset);
  const forbidden = FORBIDDEN.exec(value);
  if (forbidden !== null) {
    throw refusal(`${name} must not contain ${NAMES[forbidden[0]]!}`, offset);
  }
}

function checkDelay(value: unknown, offset: number): asserts value is number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return;
  throw refusal("retry must be milliseconds, a whole number of 0 or more", offset);
}

function kind(value: unknown): string {
  return value === null ? "null" : typeof value;
}
