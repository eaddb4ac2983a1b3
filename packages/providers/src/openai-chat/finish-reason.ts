import type { FinishReasons } from "../shared/finish-reason.ts";

/** What a `finish_reason` means, before the answer itself is looked at. */
export const FINISH_REASONS: FinishReasons = {
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
