import { expect, test } from "vitest";
import { snippet } from "./visible.ts";

test.each([
  ["fits", "one  two\n three", 13, "one two three"],
  ["is too long", "one two three", 12, "one two thr…"],
  ["is wide", "水车在转动", 6, "水车…"],
  ["takes no room, without an end", `e${"\u0301".repeat(1_000)}`, 10, `e${"\u0301".repeat(79)}…`],
])("Text in a line that %s", (_, text, width, expected) => {
  expect(snippet(text, width)).toBe(expected);
});
