import type { FinishReasons } from "../shared/finish-reason.ts";

/** The statuses with which an interaction ends. */
export const FINISH_REASONS: FinishReasons = {
  completed: "stop",
  requires_action: "tool-calls",
  incomplete: "length",
  budget_exceeded: "length",
  requires_continuation: "length",
  failed: "error",
  cancelled: "other",
};
