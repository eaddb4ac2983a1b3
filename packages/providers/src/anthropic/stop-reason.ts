import type { FinishReasons } from "../shared/finish-reason.ts";

/** What a `stop_reason` means. */
export const STOP_REASONS: FinishReasons = {
  end_turn: "stop",
  stop_sequence: "stop",
  pause_turn: "stop",
  tool_use: "tool-calls",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  refusal: "content-filter",
};
