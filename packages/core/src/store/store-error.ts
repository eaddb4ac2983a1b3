/**
 * What a store says to a call:
 *
 * - `fenced`: the caller is not the stream's producer, or not any more;
 * - `gap`: the entry before the first one is not there;
 * - `gone`: what is asked for is not there any more, or never was;
 * - `full`: the store takes no more;
 * - `too-large`: the store takes no entry of that size, now or later;
 * - `unavailable`: it gave no answer for as long as it says. The call may have taken effect, and may be
 *   made again; `cause` is what went wrong last;
 * - `closed`: it was closed in this process. The stream itself may be well.
 */
export type StoreErrorCode =
  | "fenced"
  | "gap"
  | "gone"
  | "full"
  | "too-large"
  | "unavailable"
  | "closed";

export interface StoreErrorOptions extends ErrorOptions {
  code: StoreErrorCode;
  id: string;
}

/** A store refuses something, or cannot be reached. */
export class StoreError extends Error {
  override readonly name = "StoreError";
  readonly code: StoreErrorCode;
  /** Of the stream. */
  readonly id: string;

  constructor(message: string, { code, id, ...options }: StoreErrorOptions) {
    super(message, options);
    this.code = code;
    this.id = id;
  }
}

/**
 * Whether a store refused something, or cannot be reached, and with which code. It looks at the fields, not at the class,
 * so that it holds across copies of this package.
 *
 * @example
 * ```ts
 * import { isStoreError, StoreError } from "@millrace/core/store";
 *
 * const error = new StoreError("Cannot append to chat-1: epoch 2 is there", { code: "fenced", id: "chat-1" });
 * isStoreError(error); // => true
 * isStoreError(error, "gone"); // => false
 * ```
 */
export function isStoreError(error: unknown, code?: StoreErrorCode): error is StoreError {
  if (typeof error !== "object" || error === null) return false;
  const { name, code: found, id } = error as Partial<StoreError>;
  return name === "StoreError" && typeof id === "string" && (code === undefined || found === code);
}
