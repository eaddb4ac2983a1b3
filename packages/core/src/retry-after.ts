const NUMBER = /^\d+(\.\d+)?$/; // the standard has no fractions, some servers do
const STARTS_WITH_DAY = /^[A-Z][a-z]+, |^[A-Z][a-z]{2} /; // in each of the three forms of a date
const YEAR_AT_END = / (\d{4})$/; // in the one form that names no zone, and means GMT all the same
const LONGEST_DELAY = 2_147_483_647; // of a timer

/**
 * Milliseconds that a server asks to wait: by its `retry-after-ms`, which providers of models send,
 * else by its `Retry-After`, in seconds or as a date. `undefined` if it does not say, or in no form
 * that is known. A date is taken by the server's own clock if it tells that too, so that a clock which
 * is wrong here does no harm.
 *
 * - **Limits:** never more than the longest delay of the platform's timers, some 24 days.
 * - **Source:** RFC 9110, clause 10.2.3.
 *
 * @example
 * ```ts
 * import { retryAfter } from "@millrace/core/retry-after";
 *
 * retryAfter(new Headers({ "retry-after": "2" })); // => 2000
 * retryAfter(new Headers({ "retry-after": "soon" })); // => undefined
 * ```
 */
export function retryAfter(headers: Headers): number | undefined {
  const milliseconds = headers.get("retry-after-ms") ?? "";
  if (NUMBER.test(milliseconds)) return limited(Number(milliseconds));
  const value = headers.get("retry-after") ?? "";
  if (NUMBER.test(value)) return limited(Number(value) * 1000);
  const due = dateOf(value);
  if (due === undefined) return undefined;
  return limited(due - (dateOf(headers.get("date") ?? "") ?? Date.now()));
}

function limited(milliseconds: number): number {
  return Math.min(Math.max(milliseconds, 0), LONGEST_DELAY);
}

/** What else than a date a parser takes for one depends on the runtime: `-5`, for example. */
function dateOf(value: string): number | undefined {
  const time = STARTS_WITH_DAY.test(value)
    ? Date.parse(value.replace(YEAR_AT_END, " GMT $1"))
    : NaN;
  return Number.isNaN(time) ? undefined : time;
}
