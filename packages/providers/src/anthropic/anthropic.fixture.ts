import { decoding } from "../events.fixture.ts";
import { decodeAnthropic } from "./decode-anthropic.ts";

export const { decode, lines, broken } = decoding(decodeAnthropic);

export function starts(message: object = {}): object {
  return { type: "message_start", message };
}

export function opens(index: unknown, content_block: unknown): object {
  return { type: "content_block_start", index, content_block };
}

export function adds(index: unknown, delta: unknown): object {
  return { type: "content_block_delta", index, delta };
}

export function says(text: unknown, index: unknown = 0): object {
  return adds(index, { type: "text_delta", text });
}

export function thinks(thinking: unknown, index: unknown = 0): object {
  return adds(index, { type: "thinking_delta", thinking });
}

export function fills(partial_json: unknown, index: unknown = 0): object {
  return adds(index, { type: "input_json_delta", partial_json });
}

export function closes(index: unknown = 0): object {
  return { type: "content_block_stop", index };
}

export function stops(stop_reason: unknown, rest: object = {}, usage: object = {}): object {
  return { type: "message_delta", delta: { stop_reason, ...rest }, usage };
}

export const TEXT = { type: "text", text: "" };
export const THINKING = { type: "thinking", thinking: "", signature: "" };
export const END = { type: "message_stop" };

export function tool(id: string, name: string, rest: object = {}): object {
  return { type: "tool_use", id, name, input: {}, ...rest };
}
