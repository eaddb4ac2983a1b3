import { describe, expect, onTestFinished, test, vi } from "vitest";
import { retryAfter } from "./retry-after.ts";

const DATE = "Sun, 06 Nov 1994 08:49:37 GMT";

describe("Retry-After", () => {
  test.each([
    ["0", 0],
    ["120", 120_000],
    ["1.5", 1_500],
    ["1.25", 1_250],
    [" 7 ", 7_000],
    ["99999999999", 2 ** 31 - 1],
  ])("in seconds: %j", (value, expected) => {
    expect(retryAfter(new Headers({ "retry-after": value }))).toBe(expected);
  });

  test.each([
    ["Sun, 06 Nov 1994 08:50:07 GMT", 30_000],
    ["Sunday, 06-Nov-94 08:50:07 GMT", 30_000],
    ["Sun Nov  6 08:50:07 1994", 30_000],
    ["Sun, 06 Nov 1994 08:49:00 GMT", 0],
    ["Tue, 06 Nov 2094 08:49:37 GMT", 2 ** 31 - 1],
  ])("as a date, by the clock of the server: %s", (value, expected) => {
    expect(retryAfter(new Headers({ "retry-after": value, date: DATE }))).toBe(expected);
  });

  test("as a date without a zone, wherever the runtime is", () => {
    vi.stubEnv("TZ", "America/New_York");
    onTestFinished(() => void vi.unstubAllEnvs());
    const headers = new Headers({ "retry-after": "Sun Nov  6 08:50:07 1994", date: DATE });
    expect(retryAfter(headers)).toBe(30_000);
  });

  test("as a date, by the clock here if the server does not tell its own", () => {
    const value = new Date(Date.now() + 3_600_000).toUTCString();
    const delay = retryAfter(new Headers({ "retry-after": value }));
    expect(delay).toBeGreaterThan(3_500_000);
    expect(delay).toBeLessThanOrEqual(3_600_000);
    expect(retryAfter(new Headers({ "retry-after": DATE }))).toBe(0);
  });

  test.each([
    "",
    "soon",
    "-5",
    "1e3",
    "0x10",
    "1,5",
    "Xyz, 99 Foo",
    "2094-11-06",
    `about ${DATE}`,
    "in Nov  6 2094",
  ])("says nothing: %j", (value) => {
    expect(retryAfter(new Headers({ "retry-after": value }))).toBeUndefined();
  });

  test.each([
    ["150", 150],
    ["0.5", 0.5],
    ["soon", 2_000],
    ["-5", 2_000],
  ])("beside retry-after-ms, which is finer: %j", (value, expected) => {
    const headers = new Headers({ "retry-after-ms": value, "retry-after": "2" });
    expect(retryAfter(headers)).toBe(expected);
  });

  test("is not there", () => {
    expect(retryAfter(new Headers({ date: DATE }))).toBeUndefined();
  });
});
