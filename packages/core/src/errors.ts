/** What `isStageError` recognises: an error that names its stage and the place in its input. */
export interface StageError {
  /** `limit`, `parse`, `incomplete`, `grammar`, … */
  readonly code: string;
  /** The factory's name, as in `lines`. */
  readonly stage: string;
  /** UTF-16 code units of the stage's own input, after decoding; bytes for binary frames. */
  readonly offset: number;
}

export interface StageErrorOptions extends ErrorOptions {
  stage: string;
  offset: number;
  code?: string;
}

/** The input does not follow its format. */
export class ParseError extends SyntaxError implements StageError {
  override readonly name = "ParseError";
  readonly code: string;
  readonly stage: string;
  readonly offset: number;

  constructor(message: string, { stage, offset, code = "parse", ...options }: StageErrorOptions) {
    super(message, options);
    this.code = code;
    this.stage = stage;
    this.offset = offset;
  }
}

/** A unit of the input is longer than the stage's declared limit. */
export class LimitError extends RangeError implements StageError {
  override readonly name = "LimitError";
  readonly code: string;
  readonly stage: string;
  readonly offset: number;

  constructor(message: string, { stage, offset, code = "limit", ...options }: StageErrorOptions) {
    super(message, options);
    this.code = code;
    this.stage = stage;
    this.offset = offset;
  }
}

/**
 * Whether something thrown comes from a stage, and with which code. It looks at the fields, not at
 * the class, so that it holds across realms and across copies of this package.
 *
 * @example
 * ```ts
 * import { isStageError, LimitError } from "@millrace/core";
 *
 * const error = new LimitError("Cannot split lines", { stage: "lines", offset: 7 });
 * isStageError(error); // => true
 * isStageError(error, "parse"); // => false
 * ```
 */
export function isStageError(error: unknown, code?: string): error is Error & StageError {
  if (typeof error !== "object" || error === null) return false;
  const { code: found, stage, offset } = error as Partial<StageError>;
  return (
    typeof found === "string" &&
    typeof stage === "string" &&
    typeof offset === "number" &&
    (code === undefined || found === code)
  );
}
