import type { FinishReasons } from "../shared/finish-reason.ts";

/** What the status of a response means, before its output is looked at. */
export const STATUSES: FinishReasons = {
  completed: "stop",
  failed: "error",
};

/** What it means that a response is incomplete. */
export const INCOMPLETE_REASONS: FinishReasons = {
  max_output_tokens: "length",
  content_filter: "content-filter",
};
