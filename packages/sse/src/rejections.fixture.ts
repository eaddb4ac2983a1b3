import { afterEach, beforeEach, expect } from "vitest";

/** No test of a file that calls this leaves a rejection that nobody hears of. */
export function expectNoRejections(): void {
  const rejections: unknown[] = [];
  const note = (reason: unknown) => rejections.push(reason);
  beforeEach(() => {
    process.on("unhandledRejection", note);
  });
  afterEach(async () => {
    await new Promise((resolve) => setTimeout(resolve));
    process.off("unhandledRejection", note);
    expect(rejections.splice(0)).toEqual([]);
  });
}
