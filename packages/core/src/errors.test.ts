import { expect, test } from "vitest";
import { isStageError, LimitError, ParseError } from "./errors.ts";

const place = { stage: "lines", offset: 7 };

test("errors of stages are known by their fields, whatever made them", () => {
  expect(isStageError(new ParseError("Cannot read", place), "parse")).toBe(true);
  expect(isStageError(new LimitError("Cannot read", place), "limit")).toBe(true);
  expect(isStageError(new LimitError("Cannot read", place), "parse")).toBe(false);
  expect(
    isStageError(new ParseError("Cannot read", { ...place, code: "grammar" }), "grammar"),
  ).toBe(true);
  expect(isStageError({ code: "limit", ...place })).toBe(true);
});

test("what else may be thrown is not an error of a stage", () => {
  const others = [
    ...[undefined, null, "limit", 7, new Error("limit")],
    { code: 7, ...place },
    { code: "limit", stage: "lines" },
    { code: "limit", offset: 7 },
  ];
  for (const other of others) expect(isStageError(other)).toBe(false);
});

test("errors of stages are the platform's, with a name, a place and a cause", () => {
  const cause = new Error("why");
  const limit = new LimitError("Cannot read", { ...place, cause });
  expect(limit).toBeInstanceOf(RangeError);
  expect(limit).toMatchObject({ name: "LimitError", message: "Cannot read", cause, ...place });
  const parse = new ParseError("Cannot read", { ...place, cause });
  expect(parse).toBeInstanceOf(SyntaxError);
  expect(parse).toMatchObject({ name: "ParseError", message: "Cannot read", cause, ...place });
});
