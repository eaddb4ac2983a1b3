import type { Part } from "@millrace/parts";
import { expect, test } from "vitest";
import { judgeParts } from "./judge-parts.ts";

test("Parts against the rules are told of once, and what they say counts on", () => {
  const defects: string[] = [];
  const judge = judgeParts(
    (what) => defects.push(what),
    () => undefined,
    1_000,
  );
  const parts: Part[] = [
    { type: "text-delta", id: "none", delta: "mill" },
    { type: "text-delta", id: "none", delta: "race" },
  ];
  for (const part of parts) judge.see(part, undefined);
  judge.end();
  expect(defects).toHaveLength(1);
  expect(defects[0]).toMatch(/^against the rules of parts: /);
  expect(judge.facts()).toMatchObject({ parts: 2, text: 8 });
});
