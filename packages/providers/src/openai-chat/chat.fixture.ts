import { fuse, run } from "@millrace/core";
import { checkParts, type Part } from "@millrace/parts";
import { brief } from "../brief.fixture.ts";
import { decodeOpenaiChat, type DecodeOpenaiChatOptions } from "./decode-openai-chat.ts";

export const DONE = "[DONE]";

/** The parts of these events, each given as its data; checked for grammar. */
export function decode(events: readonly unknown[], options?: DecodeOpenaiChatOptions): Part[] {
  const inputs = events.map((event) => ({
    type: "message",
    data: typeof event === "string" ? event : JSON.stringify(event),
    lastEventId: "",
  }));
  return run(fuse(decodeOpenaiChat(options), checkParts()), inputs);
}

/** The same as lines. */
export function lines(...events: unknown[]): string[] {
  return brief(decode(events));
}

export function said(delta: unknown, rest: object = {}): object {
  return { choices: [{ index: 0, delta, ...rest }] };
}

export function says(content: unknown): object {
  return said({ content });
}

export function stops(finishReason: unknown): object {
  return said({}, { finish_reason: finishReason });
}

export function calls(...toolCalls: unknown[]): object {
  return said({ tool_calls: toolCalls });
}

/** What a tool call holds beside its id and index. */
export function fn(name: unknown, args: unknown): object {
  return { function: { name, arguments: args } };
}
