import { expect, test } from "vitest";
import { highlight } from "./highlight.ts";

test.each(["ts", "js", "json", "python", "sh", "cobol", ""])(
  "Tokens of %s join to the code",
  (lang) => {
    const code = 'const a = "wörter"; // `x`\n\tif (a < 1) { return /b/ }\n# "open';
    expect(
      highlight(code, lang)
        .map(({ text }) => text)
        .join(""),
    ).toBe(code);
  },
);

test("Keywords are known, also of code that has only begun", () => {
  expect(highlight("const mill = `ra", "ts")[0]).toEqual({ kind: "keyword", text: "const" });
});

test("What is very long, or in no language we know, is one token", () => {
  expect(highlight("MOVE 1 TO A.", "cobol")).toHaveLength(1);
  expect(highlight("a ".repeat(20_000), "ts")).toHaveLength(1);
});
