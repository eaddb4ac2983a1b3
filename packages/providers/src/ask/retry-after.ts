const NUMBER = /^\d+(\.\d+)?$/;
const STARTS_WITH_DAY = /^[A-Z][a-z]+, |^[A-Z][a-z]{2} /; // in each of the three forms of a date
const LONGEST_DELAY = 2 ** 31 - 1; // of a timer

/**
 * Milliseconds that a provider asks to wait: by its `retry-after-ms`, else by its `Retry-After`, in
 * seconds or as a date by the provider's own clock; `undefined` if it does not say.
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

function dateOf(value: string): number | undefined {
  const time = STARTS_WITH_DAY.test(value) ? Date.parse(value) : NaN;
  return Number.isNaN(time) ? undefined : time;
}
