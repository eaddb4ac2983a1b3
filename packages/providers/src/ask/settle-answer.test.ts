import { run } from "@millrace/core";
import { checkParts, isFailurePart, type FinishPart, type Part } from "@millrace/parts";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answers } from "../../../parts/src/answers.fixture.ts";
import { settleAnswer } from "./settle-answer.ts";

const USAGE = { inputTokens: { total: 1 }, outputTokens: { total: 2 } };
const LOST = new Error("connection lost");
const settle = () => settleAnswer({ harmless: new WeakSet() });

/** The parts of an answer that breaks off behind these, and whether it ends with the reason. */
function broken(
  parts: readonly Part[],
  hasBegun = true,
  harmless = new WeakSet<Part>(),
): { parts: Part[]; fails: boolean } {
  const out: Part[] = [];
  let fails = true;
  const machine = settleAnswer({ harmless, hasBegun: () => hasBegun }).start(
    (part) => out.push(part),
    () => (fails = false),
  );
  for (const part of parts) machine.push(part);
  machine.fail(LOST);
  return { parts: out, fails };
}

function endsWell({ finishReason: { unified } }: FinishPart): boolean {
  return unified !== "error" && unified !== "interrupted";
}

describe("settleAnswer", () => {
  test("ends what is open in the order in which it began, then tells why, with the usage so far", () => {
    const begun: Part[] = [
      { type: "usage", usage: USAGE },
      { type: "reasoning-start", id: "r" },
      { type: "text-start", id: "t" },
      { type: "tool-input-start", id: "c", toolName: "f" },
      { type: "tool-input-delta", id: "c", delta: '{"x":' },
      { type: "tool-input-delta", id: "c", delta: "1" },
    ];
    expect(broken(begun).parts.slice(begun.length)).toMatchObject([
      { type: "reasoning-end", id: "r" },
      { type: "text-end", id: "t" },
      { type: "tool-input-end", id: "c" },
      { type: "tool-call", toolCallId: "c", input: '{"x":1', inputState: "truncated" },
      { type: "error", error: { kind: "transport", data: LOST } },
      { type: "finish", finishReason: { unified: "error" }, usage: USAGE },
    ]);
  });

  test("leaves alone what has not begun: its failure is no part", () => {
    expect(broken([], false)).toEqual({ parts: [], fails: true });
    expect(broken([], true).parts.map(({ type }) => type)).toEqual(["error", "finish"]);
  });

  test("takes an error behind the end of an answer for harmless", () => {
    const error: Part = {
      type: "error",
      error: { kind: "transport", message: "lost", retryable: true },
    };
    const finish: Part = {
      type: "finish",
      finishReason: { unified: "stop", raw: "stop" },
      usage: { inputTokens: {}, outputTokens: {} },
    };
    const harmless = new WeakSet<Part>();
    expect(broken([error, finish], true, harmless)).toEqual({
      parts: [error, finish],
      fails: false,
    });
    expect(harmless.has(error)).toBe(true);
    const bad: Part = { ...finish, finishReason: { unified: "error", raw: undefined } };
    expect(broken([error, bad], true, harmless).fails).toBe(true);
  });

  test("makes an answer of whatever breaks off, wherever it does", () => {
    fc.assert(
      fc.property(answers(), fc.nat(), (all, at) => {
        const before = all.slice(0, at % (all.length + 1));
        const { parts, fails } = broken(before);
        run(checkParts(), parts);
        expect(parts.slice(0, before.length)).toEqual(before);
        const told = before.filter((part) => part.type === "finish");
        const seen = new Set(parts.map((part) => (part.type === "raw" ? 0 : (part.choice ?? 0))));
        const isWhole = told.length > 0 && told.length === seen.size;
        expect(fails).toBe(!(isWhole && told.every(endsWell)));
        if (!isWhole) expect(parts.some(isFailurePart)).toBe(true);
      }),
    );
  });

  test("keeps the laws; an answer that ends by itself is the same", async () => {
    await laws("settleAnswer", settle, {
      input: answers(),
      oracle: (parts) => parts,
      // An error of the transport waits for what comes behind it.
      hold: 1,
      hostile: [
        (length) =>
          Array.from({ length }, (_, index): Part => ({ type: "text-start", id: `${index}` })),
        (length) =>
          Array.from({ length }, (_, index): Part => {
            const type = index % 2 === 0 ? "text-start" : "text-end";
            return { type, id: `${Math.floor(index / 2)}` };
          }),
      ],
      runs: 30,
    });
  });
});
