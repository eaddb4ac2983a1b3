/**
 * What the state of a stream refuses:
 *
 * - `fenced`: the caller is not the stream's producer, or not any more;
 * - `gap`: the entry before the first one is not there;
 * - `gone`: what is asked for is not there any more, or never was;
 * - `full`: the store takes no more.
 */
export type StoreErrorCode = "fenced" | "gap" | "gone" | "full";

export interface StoreErrorOptions extends ErrorOptions {
  code: StoreErrorCode;
  id: string;
}

/** A store refuses something. What fails below it, a connection or a disk, comes as it is. */
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
 * Whether a store refused something, and with which code. It looks at the fields, not at the class,
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
