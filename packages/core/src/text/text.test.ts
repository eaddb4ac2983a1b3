import { describe, expect, test } from "vitest";
import { isStageError } from "../errors.ts";
import { holdText } from "./held-text.ts";
import { unitLimit } from "./unit-limit.ts";

describe("holdText", () => {
  test("is empty as long as nothing was added", () => {
    const held = holdText();
    expect(held.take()).toBe("");
    held.add("a");
    expect(held.take()).toBe("a");
  });

  test("gives what was added, in order, and is empty then", () => {
    const held = holdText();
    const pieces = Array.from({ length: 3000 }, (_, index) => String(index));
    for (const piece of pieces) held.add(piece);
    expect(held.length).toBe(pieces.join("").length);
    expect(held.take("!")).toBe(`${pieces.join("")}!`);
    expect(held.length).toBe(0);
    expect(held.take()).toBe("");
  });
});

describe("unitLimit", () => {
  const limit = { stage: "lines", action: "split lines", unit: "a line" };

  test("makes the error of the place where the limit trips", () => {
    const error = unitLimit({ ...limit, max: 80 })(81);
    expect(isStageError(error, "limit")).toBe(true);
    expect(error).toMatchObject({
      message: "Cannot split lines: a line grew beyond maxLength 80",
      stage: "lines",
      offset: 81,
    });
  });

  test("tells a whole place where the limit is a fraction", () => {
    const max = 2.5;
    expect(unitLimit({ ...limit, max })(10 + max)).toMatchObject({ offset: 12 });
  });

  test("takes any limit that lets something through", () => {
    expect(() => unitLimit({ ...limit, max: 1 })).not.toThrow();
    expect(() => unitLimit({ ...limit, max: Infinity })).not.toThrow();
  });

  test("refuses a limit that is none", () => {
    expect(() => unitLimit({ ...limit, max: NaN })).toThrow(RangeError);
    expect(() => unitLimit({ ...limit, option: "maxDepth", max: 0 })).toThrow(
      "Cannot split lines: maxDepth must be 1 or more, not 0",
    );
  });
});
