/** What is not known yet. */
export const UNKNOWN = "–";

export function milliseconds(seconds: number | undefined): string {
  if (seconds === undefined) return UNKNOWN;
  return seconds < 1 ? `${Math.round(seconds * 1000)} ms` : `${seconds.toFixed(2)} s`;
}

export function perSecond(rate: number | undefined): string {
  return rate === undefined ? UNKNOWN : rate.toFixed(rate < 10 ? 1 : 0);
}

export function amount(count: number): string {
  return count.toLocaleString("en");
}

export function bytes(count: number): string {
  return count < 1024 ? `${count} B` : `${(count / 1024).toFixed(1)} KiB`;
}
