import { LimitError } from "../errors.ts";

/** What a unit of text may hold unless told otherwise: 1 MiB. */
export const DEFAULT_MAX_LENGTH = 1_048_576;

export interface UnitLimit {
  /** The factory's name, as in `lines`. */
  stage: string;
  /** What cannot go on, as in `split lines`. */
  action: string;
  /** What grew, as in `a line`. */
  unit: string;
  /** The option's name. Default `maxLength`. */
  option?: string;
  max: number;
}

/**
 * Checks a stage's limit, and gives what makes the error for the place where it trips.
 *
 * - **Limits:** of a fraction its whole part counts, also in the place that is told.
 * - **Errors:** a `RangeError` for a limit below 1, or `NaN`, which would never trip.
 *
 * @example
 * ```ts
 * import { unitLimit } from "@millrace/core/text";
 *
 * const tooLong = unitLimit({ stage: "lines", action: "split lines", unit: "a line", max: 80 });
 * tooLong(81).message; // => "Cannot split lines: a line grew beyond maxLength 80"
 * ```
 */
export function unitLimit(limit: UnitLimit): (offset: number) => LimitError {
  const { stage, action, unit, option = "maxLength", max } = limit;
  if (!(max >= 1)) {
    throw new RangeError(`Cannot ${action}: ${option} must be 1 or more, not ${max}`);
  }
  const message = `Cannot ${action}: ${unit} grew beyond ${option} ${max}`;
  return (offset) => new LimitError(message, { stage, offset: Math.floor(offset) });
}
