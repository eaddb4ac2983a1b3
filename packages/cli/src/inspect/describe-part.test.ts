import type { Part } from "@millrace/parts";
import { expect, test } from "vitest";
import { describePart } from "./describe-part.ts";

const usage = { inputTokens: { total: 3 }, outputTokens: { total: 1_200, reasoning: 1_000 } };

test.each<[Part, string]>([
  [{ type: "text-delta", id: "t", delta: "a\n", choice: 2 }, 'text-delta[2] t "a\\n"'],
  [{ type: "text-start", id: "t", kind: "refusal" }, "text-start t refusal"],
  [
    { type: "file", mediaType: "image/png", data: { type: "url", url: "https://x" } },
    "file image/png",
  ],
  [{ type: "reset", blocks: ["a", "call_0123456789abcdef"] }, "reset a call_012…cdef"],
  [{ type: "raw", rawValue: { x: [1] } }, 'raw {"x":[1]}'],
  [{ type: "usage", usage }, "usage 3 in, 1,200 out, 1,000 of it thoughts"],
])("%j in a line", (part, expected) => {
  expect(describePart(part, 60)).toBe(expected);
});

test("A part in a line is no longer than there is room", () => {
  const part: Part = { type: "raw", rawValue: "x".repeat(1_000) };
  expect(describePart(part, 20)).toHaveLength(20);
});
