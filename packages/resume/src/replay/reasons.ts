import type { StoredStatus } from "@millrace/core/store";
import { ResumeError } from "../resume-error.ts";

/** Refuses a cursor that the stream has never given, or has forgotten. */
export function checkCursor(id: string, after: number, status: StoredStatus): void {
  const { state, oldest, tail } = status;
  if (after === Infinity) return;
  if (state === "missing") throw missing(id);
  if (after > tail) {
    const message = `Cannot replay ${id}: cursor ${after} is beyond its last entry ${tail}`;
    throw new ResumeError(message, { code: "cursor", id, seq: tail });
  }
  if (after + 1 < oldest) throw gone(id, after);
}

export function missing(id: string): ResumeError {
  const message = `Cannot go on with ${id}: there is no such stream`;
  return new ResumeError(message, { code: "missing", id });
}

export function gone(id: string, after: number, cause?: unknown): ResumeError {
  const message = `Cannot replay ${id}: what follows entry ${after} is gone`;
  return new ResumeError(message, { code: "gone", id, seq: after, cause });
}

export function interrupted(id: string, seq: number): ResumeError {
  const message = `Cannot go on with ${id}: it was interrupted behind entry ${seq}`;
  return new ResumeError(message, { code: "interrupted", id, seq });
}

export function cancelled(id: string, seq: number, reason: string): ResumeError {
  const why = reason === "" ? "" : `: ${reason}`;
  return new ResumeError(`The stream ${id} was stopped${why}`, { code: "cancelled", id, seq });
}

export function held(id: string, seq: number): ResumeError {
  const message = `Cannot record ${id}: somebody else does, or has`;
  return new ResumeError(message, { code: "held", id, seq });
}
