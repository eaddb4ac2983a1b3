const SECONDS = /^\d+(\.\d+)?$/; // the standard has no fractions, some servers do
const STARTS_WITH_DAY = /^[A-Z][a-z]+, |^[A-Z][a-z]{2} /; // in each of the three forms of a date
const LONGEST_DELAY = 2 ** 31 - 1; // of a timer

/**
 * Milliseconds that a server asks to wait; `undefined` if it does not say, or not in a form that
 * RFC 9110, clause 10.2.3, has. A date is taken by the server's own clock if it tells that too, so
 * that a clock which is wrong here does no harm.
 */
export function retryAfter(headers: Headers): number | undefined {
  const value = headers.get("retry-after") ?? "";
  if (SECONDS.test(value)) return Math.min(Number(value) * 1000, LONGEST_DELAY);
  const due = dateOf(value);
  if (due === undefined) return undefined;
  const now = dateOf(headers.get("date") ?? "") ?? Date.now();
  return Math.min(Math.max(due - now, 0), LONGEST_DELAY);
}

/** What else than a date a parser takes for one depends on the runtime: `-5`, for example. */
function dateOf(value: string): number | undefined {
  const time = STARTS_WITH_DAY.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(time) ? undefined : time;
}
