import { ResumeError } from "./resume-error.ts";

/**
 * Where a reader was: the number of the last entry that it has, also as the text of a header, which
 * the types of Node take for a list.
 */
export type Cursor = number | string | readonly string[] | null | undefined;

/** The last id of an event stream of `@millrace/sse`: its reader has seen the end. */
const DONE_ID = "done";
const NUMBER = /^(0|[1-9]\d{0,14})$/; // any such number is a safe integer

/** The entry to go on behind: 0 from the beginning, Infinity for a reader that has seen the end. */
export function readCursor(id: string, cursor: Cursor): number {
  if (cursor === undefined || cursor === null || cursor === "") return 0;
  if (cursor === DONE_ID) return Infinity;
  if (NUMBER.test(String(cursor))) return Number(cursor);
  const message = `Cannot replay ${id}: ${JSON.stringify(cursor)} is no cursor`;
  throw new ResumeError(message, { code: "cursor", id });
}
