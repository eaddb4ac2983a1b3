import { pipe, run } from "@millrace/core";
import { countingSource, laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { failureOf } from "../../core/src/failure-of.fixture.ts";
import { answers } from "./answers.fixture.ts";
import type { Part } from "./part.ts";
import { anyPart } from "./parts.fixture.ts";
import { toolInput } from "./tool-input.ts";

const start = (id: string, toolName: string): Part => ({ type: "tool-input-start", id, toolName });
const delta = (id: string, text: string): Part => ({ type: "tool-input-delta", id, delta: text });
const end = (id: string): Part => ({ type: "tool-input-end", id });

const parts: Part[] = [
  start("1", "other"),
  start("2", "f"),
  start("3", "f"),
  delta("1", "no"),
  delta("2", '{"a"'),
  delta("3", "later"),
  delta("2", ":1}"),
  end("2"),
  start("4", "f"),
  delta("4", "too late"),
];

describe("toolInput", () => {
  test("gives the input of the first call of a tool", () => {
    expect(run(toolInput("f"), parts)).toEqual(['{"a"', ":1}"]);
    expect(run(toolInput("g"), parts)).toEqual([]);
  });

  test("gives that of another choice when told", () => {
    const others = parts.map((part) => ({ ...part, choice: 1 }));
    expect(run(toolInput("f"), others)).toEqual([]);
    expect(run(toolInput("f", { choice: 1 }), others)).toEqual(['{"a"', ":1}"]);
  });

  test("ends with the input, and asks for no more", async () => {
    const source = countingSource(parts);
    const texts: string[] = [];
    for await (const text of pipe(source.readable, toolInput("f"))) texts.push(text);
    expect(texts).toEqual(['{"a"', ":1}"]);
    expect(source.cancelled).toBe(true);
  });

  test("goes on to the next call if the first was taken back before it had begun", () => {
    const reset: Part = { type: "reset", blocks: ["1"] };
    const taken = [start("1", "f"), reset, start("2", "f"), delta("2", "{}"), end("2")];
    expect(run(toolInput("f"), taken)).toEqual(["{}"]);
  });

  test("ends where the input is taken back after it had begun", () => {
    const reset: Part = { type: "reset", blocks: ["1"] };
    const taken = [start("1", "f"), delta("1", "{"), reset, start("2", "f"), delta("2", "{}")];
    expect(run(toolInput("f"), taken)).toEqual(["{"]);
  });

  test("fails with the error of the answer when told, if the input is not whole by then", () => {
    const error = { kind: "overloaded", message: "Try again later", retryable: true } as const;
    const failed: Part = { type: "error", error };
    const failing = toolInput("f", { throw: true });
    expect(run(failing, [...parts, failed])).toEqual(['{"a"', ":1}"]);
    for (const [begun, outputs] of [
      [parts.slice(0, 5), ['{"a"']],
      [[], []], // nor is it known whether there would have been such a call
    ] as const) {
      expect(run(toolInput("f"), [...begun, failed])).toEqual(outputs);
      expect(failureOf(failing, [...begun, failed])).toMatchObject({
        name: "AnswerError",
        error,
        outputs,
      });
    }
  });

  test("keeps the laws, also where it throws", async () => {
    await laws("toolInput, which throws", () => toolInput("f", { throw: true }), {
      input: fc.array(anyPart),
      samples: [parts],
    });
  }, 60_000);

  test("keeps the laws", async () => {
    await laws("toolInput", () => toolInput("f"), {
      input: answers({ resets: false }),
      samples: [parts],
      oracle: (all) => {
        const first = all.find((part) => part.type === "tool-input-start" && isOfFirst(part));
        const id = first?.type === "tool-input-start" ? first.id : undefined;
        return all.flatMap((part) =>
          part.type === "tool-input-delta" && part.id === id ? part.delta : [],
        );
      },
      continuations: [[delta("2", "more")]],
    });
  });
});

function isOfFirst(part: { toolName: string; choice?: number }): boolean {
  return part.toolName === "f" && part.choice === undefined;
}
