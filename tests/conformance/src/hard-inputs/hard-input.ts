import { decodeText, fuse, type Stage } from "@millrace/core";
import { ndjson } from "@millrace/parsers";
import type { Part } from "@millrace/parts";
import { decodeAnthropic } from "@millrace/providers/anthropic";
import { decodeConverse, decodeEventStream } from "@millrace/providers/bedrock";
import { decodeCohere } from "@millrace/providers/cohere";
import { decodeGemini } from "@millrace/providers/gemini";
import { decodeGeminiInteractions } from "@millrace/providers/gemini-interactions";
import { decodeMistral } from "@millrace/providers/mistral";
import { decodeOllama } from "@millrace/providers/ollama";
import { decodeOpenaiChat } from "@millrace/providers/openai-chat";
import { decodeOpenaiResponses } from "@millrace/providers/openai-responses";
import { decodeSse } from "@millrace/sse";

/** How bytes become units, and units parts. */
export interface Format {
  units: () => Stage<Uint8Array, object>;
  decode: () => Stage<object, Part>;
}

/** A body, and the parts that it is, as lines: `text-0 ( | text-0 + a | text-0 ) | finish stop`. */
export interface HardInput {
  /** What is hard about it. */
  name: string;
  format: Format;
  body: Uint8Array;
  parts: string;
  /** Where the bytes break off inside a unit: what the output fails with. */
  fails?: string;
}

function events(decode: () => Stage<object, Part>): Format {
  return { units: () => decodeSse({ incomplete: "dispatch", strays: "dispatch" }), decode };
}

export const chat = events(decodeOpenaiChat);
export const responses = events(decodeOpenaiResponses);
export const anthropic = events(decodeAnthropic);
export const gemini = events(decodeGemini);
export const interactions = events(decodeGeminiInteractions);
export const cohere = events(decodeCohere);
export const mistral = events(decodeMistral);
export const ollama: Format = {
  units: () => fuse(decodeText(), ndjson({ onInvalidLine: "emit" })),
  decode: decodeOllama,
};
export const converse: Format = { units: () => decodeEventStream(), decode: decodeConverse };

const encoder = new TextEncoder();

export function hard(
  name: string,
  format: Format,
  body: string | Uint8Array,
  parts: string,
  fails?: string,
): HardInput {
  const bytes = typeof body === "string" ? encoder.encode(body) : body;
  return { name, format, body: bytes, parts, ...(fails !== undefined && { fails }) };
}

/** An event stream of these values. */
export function sse(...values: unknown[]): string {
  return values.map((value) => `data: ${textOf(value)}\n\n`).join("");
}

export type NamedEvent = { type: string } & Readonly<Record<string, unknown>>;

/** The same with the name of each event. */
export function named(...values: NamedEvent[]): string {
  return values.map((value) => `event: ${value.type}\n${sse(value)}`).join("");
}

export function ndjsonOf(...values: unknown[]): string {
  return values.map((value) => `${textOf(value)}\n`).join("");
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
