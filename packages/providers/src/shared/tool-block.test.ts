import type { Part } from "@millrace/parts";
import { expect, test } from "vitest";
import { blockIds } from "./ids.ts";
import { startTool } from "./tool-block.ts";

test("A call holds nothing of its input once it has been told of", () => {
  const parts: Part[] = [];
  let held = 0;
  const answer = {
    name: "p",
    emit: (part: Part) => parts.push(part),
    ids: blockIds(),
    hold: (length: number) => (held += length),
    fail: () => undefined,
  };
  const tool = startTool(answer, { wireId: "a", toolName: "f" });
  tool.delta('{"x"');
  tool.delta(":1}");
  expect([tool.input, held]).toEqual(['{"x":1}', 7]);
  tool.end(true);
  expect([tool.input, held]).toEqual(["", 0]);
  expect(parts.at(-1)).toMatchObject({ type: "tool-call", toolCallId: "a", input: '{"x":1}' });
});
