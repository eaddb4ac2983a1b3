import type { FinishReasons } from "../shared/finish-reason.ts";

export const FINISH_REASONS: FinishReasons = {
  stop: "stop",
  max_tokens: "length",
  continuation: "length",
  safety: "content-filter",
  recitation: "content-filter",
  language: "content-filter",
  blocklist: "content-filter",
  prohibited_content: "content-filter",
  spii: "content-filter",
  image_safety: "content-filter",
  image_prohibited_content: "content-filter",
  image_recitation: "content-filter",
  malformed_function_call: "error",
  unexpected_tool_call: "error",
  too_many_tool_calls: "error",
  malformed_response: "error",
  missing_thought_signature: "error",
};
