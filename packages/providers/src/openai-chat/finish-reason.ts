import type { FinishReason } from "@millrace/parts";

const UNIFIED: Readonly<Record<string, FinishReason>> = {
  "": "stop",
  stop: "stop",
  eos: "stop",
  end_turn: "stop",
  tool_calls: "tool-calls",
  function_call: "tool-calls",
  tool: "tool-calls",
  length: "length",
  max_tokens: "length",
  model_length: "length",
  content_filter: "content-filter",
  error: "error",
  insufficient_system_resource: "error",
};

/** What a `finish_reason` means, before the answer itself is looked at. */
export function unifyFinishReason(raw: string): FinishReason {
  const word = raw.toLowerCase();
  return Object.hasOwn(UNIFIED, word) ? UNIFIED[word]! : "other";
}
