import { expect, test } from "vitest";
import { drawn } from "./markdown-tokens.ts";

test("A block is drawn from its tokens", () => {
  expect(drawn("A *word*.")).not.toBeTypeOf("string");
  expect(drawn(`${"> ".repeat(20)}deep`)).not.toBeTypeOf("string");
});

test.each([
  ["quotes", "> "],
  ["lists", "- "],
])("A block of %s in each other without an end is drawn as its text", (_, mark) => {
  for (const depth of [100, 3_000]) {
    const text = `${mark.repeat(depth)}deep`;
    expect(drawn(text)).toBe(text);
  }
});
