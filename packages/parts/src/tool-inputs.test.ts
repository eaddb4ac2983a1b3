import { run } from "@millrace/core";
import { laws } from "@millrace/testing";
import { describe, expect, test } from "vitest";
import { answers } from "./answers.fixture.ts";
import type { Part, ToolInputState } from "./part.ts";
import { toolInputs, type ToolInputPiece } from "./tool-inputs.ts";

const start = (id: string, toolName: string): Part => ({ type: "tool-input-start", id, toolName });
const delta = (id: string, text: string): Part => ({ type: "tool-input-delta", id, delta: text });
const call = (toolCallId: string, toolName: string, inputState: ToolInputState): Part[] => [
  { type: "tool-input-end", id: toolCallId },
  { type: "tool-call", toolCallId, toolName, input: "", inputState },
];

const parts: Part[] = [
  start("1", "f"),
  start("2", "g"),
  delta("1", "{"),
  delta("2", "["),
  delta("1", "}"),
  ...call("1", "f", "valid"),
  ...call("2", "g", "truncated"),
];

describe("toolInputs", () => {
  test("gives the inputs of all calls, the last piece of those that are whole complete", () => {
    expect(run(toolInputs(), parts)).toEqual([
      { id: "1", toolName: "f", delta: "{", complete: false },
      { id: "2", toolName: "g", delta: "[", complete: false },
      { id: "1", toolName: "f", delta: "}", complete: false },
      { id: "1", toolName: "f", delta: "", complete: true },
    ]);
  });

  test("gives those of one tool, or of another choice, when told", () => {
    expect(run(toolInputs("g"), parts).map(({ delta }) => delta)).toEqual(["["]);
    expect(run(toolInputs(undefined, { choice: 1 }), parts)).toEqual([]);
  });

  test("is silent about a call from its reset on", () => {
    const reset: Part = { type: "reset", blocks: ["1"] };
    const taken = [start("1", "f"), reset, delta("1", "{}"), ...call("1", "f", "valid")];
    expect(run(toolInputs(), taken)).toEqual([]);
  });

  test("keeps the laws", async () => {
    await laws("toolInputs", () => toolInputs("f"), {
      input: answers({ resets: false }),
      samples: [parts],
      oracle: (all) => all.flatMap((part, index) => pieceOf(part, all.slice(0, index))),
      continuations: [[delta("1", "more")], call("1", "f", "valid")],
    });
  });
});

/** A look back at every part. */
function pieceOf(part: Part, before: readonly Part[]): ToolInputPiece[] {
  const id = part.type === "tool-call" ? part.toolCallId : "id" in part ? part.id : undefined;
  const isKnown = before.some(
    (start) =>
      start.type === "tool-input-start" &&
      start.id === id &&
      start.toolName === "f" &&
      start.choice === undefined,
  );
  if (id === undefined || !isKnown) return [];
  if (part.type === "tool-input-delta") {
    return [{ id, toolName: "f", delta: part.delta, complete: false }];
  }
  if (part.type !== "tool-call" || part.inputState === "truncated") return [];
  return [{ id, toolName: "f", delta: "", complete: true }];
}
