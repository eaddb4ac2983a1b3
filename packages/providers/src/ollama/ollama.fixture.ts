import { fuse, map, type Stage } from "@millrace/core";
import type { Part } from "@millrace/parts";
import type { SseEvent } from "@millrace/sse";
import { decoding } from "../events.fixture.ts";
import type { DecoderOptions } from "../shared/read-answer.ts";
import { decodeOllama } from "./decode-ollama.ts";

/** Takes lines as the data of events. */
export function decodeLines(options?: DecoderOptions): Stage<SseEvent, Part> {
  return fuse(
    map((event: SseEvent) => event.data),
    decodeOllama(options),
  );
}

export const { decode, lines, broken } = decoding(decodeLines);

/** A line of `/api/chat`. */
export function said(message: unknown, rest: object = {}): object {
  return { model: "m", message, done: false, ...rest };
}

export function says(content: unknown): object {
  return said({ role: "assistant", content });
}

export function thinks(thinking: unknown): object {
  return said({ role: "assistant", content: "", thinking });
}

export function calls(name: unknown, args: unknown, rest: object = {}): object {
  return said({ content: "", tool_calls: [{ ...rest, function: { name, arguments: args } }] });
}

export function done(reason: unknown, rest: object = {}): object {
  return said({ role: "assistant", content: "" }, { done: true, done_reason: reason, ...rest });
}
