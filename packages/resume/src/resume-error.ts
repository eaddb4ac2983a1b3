/**
 * Why a stream cannot be recorded or replayed:
 *
 * - `missing`: there is no such stream, or not any more;
 * - `gone`: what follows the cursor is not there any more;
 * - `cursor`: the cursor is none of this stream;
 * - `interrupted`: its producer died, and nobody took over;
 * - `cancelled`: somebody stopped it;
 * - `held`: somebody else records under this id, or has;
 * - `entry`: an entry cannot be read: it was not written by this package;
 * - `store`: the store failed for too long, or takes no entry so large; `cause` is what it failed with.
 */
export type ResumeErrorCode =
  | "missing"
  | "gone"
  | "cursor"
  | "interrupted"
  | "cancelled"
  | "held"
  | "entry"
  | "store";

export interface ResumeErrorOptions extends ErrorOptions {
  code: ResumeErrorCode;
  id: string;
  seq?: number | undefined;
}

/** What a server answers. */
const STATUS: Record<ResumeErrorCode, number> = {
  missing: 404,
  gone: 410,
  cursor: 400,
  interrupted: 502,
  cancelled: 410,
  held: 409,
  entry: 500,
  store: 503,
};

/** A stream that cannot be recorded or replayed, or not to its end. */
export class ResumeError extends Error {
  /** `AbortError` where somebody stopped it, as for anything that was aborted; else `ResumeError`. */
  override readonly name: string;
  readonly code: ResumeErrorCode;
  /** Of the stream. */
  readonly id: string;
  /** The last entry that there is, or, where entries are gone, the last of those. */
  readonly seq: number | undefined;

  constructor(message: string, { code, id, seq, ...options }: ResumeErrorOptions) {
    super(message, options);
    this.name = code === "cancelled" ? "AbortError" : "ResumeError";
    this.code = code;
    this.id = id;
    this.seq = seq;
  }

  /** The status of HTTP that says the same. */
  get status(): number {
    return STATUS[this.code];
  }
}

/**
 * Whether an error says that a stream cannot be recorded or replayed, and why. It looks at the
 * fields, not at the class, so that it holds across copies of this package.
 *
 * @example
 * ```ts
 * import { isResumeError, ResumeError } from "@millrace/resume";
 *
 * const error = new ResumeError("Cannot replay chat-1: there is no such stream", { code: "missing", id: "chat-1" });
 * isResumeError(error, "missing"); // => true
 * error.status; // => 404
 * ```
 */
export function isResumeError(error: unknown, code?: ResumeErrorCode): error is ResumeError {
  if (typeof error !== "object" || error === null) return false;
  const { code: found, id, status } = error as Partial<ResumeError>;
  if (typeof id !== "string" || found === undefined || !Object.hasOwn(STATUS, found)) return false;
  if (status !== STATUS[found]) return false; // a store's error has the same fields, but for this one
  return code === undefined || found === code;
}
