import { metadata, type Answer } from "../shared/answer.ts";
import type { ToolDelta } from "../shared/tool-calls.ts";
import { inputText } from "../shared/tool-input.ts";
import { count, fields, text, words } from "../shared/wire.ts";

// The place of the one call that the format's first, now old, way of calling allowed.
const FUNCTION_CALL = -1;

/** A member of `tool_calls`; some servers leave the inner object out, or say null in words. */
export function toolDelta(item: unknown, answer: Answer): ToolDelta {
  const call = fields(item);
  const { index, extra_content: extra } = call;
  const inner = fields(call["function"] ?? call["custom"] ?? call);
  const id = words(call["id"]).trim();
  const name = text(inner["name"]);
  return {
    index: count(index),
    id: id === "null" ? "" : id,
    name: name.trim() === "" ? "" : name,
    input: inputText(inner["arguments"] ?? inner["input"]),
    ...(call["type"] === "custom" && { encoding: "text" }),
    about: extra ? metadata(answer, { extra_content: extra }) : {}, // Google's signatures
  };
}

export function functionCallDelta(item: unknown, answer: Answer): ToolDelta {
  return toolDelta({ index: FUNCTION_CALL, function: item }, answer);
}
