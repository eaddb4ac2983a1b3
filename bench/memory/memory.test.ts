import { expect, test } from "vitest";
import { chatText } from "../contenders/chat-text.ts";
import { figureOf } from "./figures.ts";
import { longAnswer } from "./long-answer.ts";
import { MEMORY_ROWS } from "./rows.ts";

test("A figure is the median over that of processes that do nothing", () => {
  expect(figureOf("millrace", [50, 90, 60], [100, 120, 300], 64)).toEqual({
    name: "millrace",
    over: 60,
    min: 40,
    max: 240,
    runs: 3,
    target: { atMost: 64, met: true },
  });
  expect(figureOf("millrace", [60], [130], 64).target).toEqual({ atMost: 64, met: false });
});

test("A long answer is as long as asked, whole, and says what it states", async () => {
  const { open, textLength } = longAnswer(1_000_000);
  let bytes = 0;
  for await (const chunk of open()) bytes += chunk.length;
  expect(bytes).toBeGreaterThanOrEqual(1_000_000);
  let length = 0;
  const [loop] = await chatText["loop"]!(open);
  await loop!.run((delta) => {
    length += delta.length;
  });
  expect(length).toBe(textLength);
});

test("Those whose memory is measured are known", () => {
  const known = new Set(["bytes", ...Object.keys(chatText)]);
  for (const { contenders } of Object.values(MEMORY_ROWS)) {
    for (const name of contenders) expect(known).toContain(name);
  }
});
