import { decoding } from "../events.fixture.ts";
import { decodeCohere } from "./decode-cohere.ts";

export const { decode, lines, broken } = decoding(decodeCohere);

export const DONE = "[DONE]";

function event(type: string, message: unknown, index?: number, rest: object = {}): object {
  return { type, ...(index !== undefined && { index }), delta: { message }, ...rest };
}

export function begins(type: string, rest: object = {}, index = 0): object {
  return event("content-start", { content: { type, ...rest } }, index);
}

export function says(text: unknown, index = 0, rest: object = {}): object {
  return event("content-delta", { content: { text } }, index, rest);
}

export function thinks(thinking: unknown, index = 0): object {
  return event("content-delta", { content: { thinking } }, index);
}

export function plans(plan: unknown): object {
  return event("tool-plan-delta", { tool_plan: plan });
}

export function calls(id: unknown, name: unknown, args: unknown = "", index = 0): object {
  const call = { id, type: "function", function: { name, arguments: args } };
  return event("tool-call-start", { tool_calls: call }, index);
}

export function args(piece: unknown, index = 0): object {
  return event("tool-call-delta", { tool_calls: { function: { arguments: piece } } }, index);
}

export function cites(citation: object, index = 0): object {
  return event("citation-start", { citations: citation }, index);
}

export function ends(what: string, index = 0): object {
  return { type: `${what}-end`, index };
}

export function finishes(reason: unknown, rest: object = {}): object {
  return { type: "message-end", delta: { finish_reason: reason, ...rest } };
}
