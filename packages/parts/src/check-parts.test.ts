import { isStageError, run } from "@millrace/core";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkParts } from "./check-parts.ts";
import type { FinishPart, Part } from "./part.ts";
import { anyPart } from "./parts.fixture.ts";
import type { Usage } from "./usage.ts";

const usage: Usage = { inputTokens: { total: 3 }, outputTokens: { total: 4 } };
const noUsage: Usage = { inputTokens: {}, outputTokens: {} };

function finish(part: Partial<FinishPart> = {}): FinishPart {
  return {
    type: "finish",
    finishReason: { unified: "stop", raw: "stop" },
    usage: noUsage,
    ...part,
  };
}

const good: Part[] = [
  { type: "response-metadata", id: "r", modelId: "m" },
  { type: "reasoning-start", id: "reasoning-0" },
  { type: "reasoning-delta", id: "reasoning-0", delta: "hm" },
  { type: "text-start", id: "text-0" },
  { type: "reasoning-end", id: "reasoning-0", signature: "s" },
  { type: "text-start", id: "text-1", choice: 1 },
  { type: "text-delta", id: "text-0", delta: "a" },
  { type: "text-delta", id: "text-0", delta: "", providerMetadata: { p: { x: 1 } } },
  { type: "text-delta", id: "text-1", delta: "b", choice: 1 },
  { type: "text-end", id: "text-0" },
  { type: "text-end", id: "text-1", choice: 1 },
  { type: "tool-input-start", id: "c", toolName: "f" },
  { type: "tool-input-delta", id: "c", delta: '{"a"' },
  { type: "tool-input-delta", id: "c", delta: ":1}" },
  { type: "tool-input-end", id: "c" },
  { type: "tool-call", toolCallId: "c", toolName: "f", input: '{"a":1}', inputState: "valid" },
  { type: "usage", usage },
  finish({ usage }),
  finish({ usage, choice: 1 }),
];

/** The offset and the words of the first rule broken. */
function broken(parts: Part[]): [number, string] | undefined {
  try {
    run(checkParts(), parts);
  } catch (error) {
    if (!isStageError(error, "grammar")) throw error;
    expect((error as Error & { outputs?: Part[] }).outputs).toEqual(parts.slice(0, error.offset));
    return [error.offset, error.message.replace("Cannot check parts: ", "")];
  }
  return undefined;
}

function tool(input: string, inputState: "valid" | "invalid" | "truncated" | "text"): Part[] {
  return [
    { type: "tool-input-start", id: "c", toolName: "f" },
    ...(input === "" ? [] : [{ type: "tool-input-delta", id: "c", delta: input } as const]),
    { type: "tool-input-end", id: "c" },
    { type: "tool-call", toolCallId: "c", toolName: "f", input, inputState },
    finish(),
  ];
}

describe("checkParts", () => {
  test("lets grammatical parts pass unchanged", () => {
    expect(run(checkParts(), good)).toEqual(good);
    for (const [index, part] of run(checkParts(), good).entries()) expect(part).toBe(good[index]);
  });

  const start: Part = { type: "text-start", id: "t" };
  const delta: Part = { type: "text-delta", id: "t", delta: "x" };
  const end: Part = { type: "text-end", id: "t" };

  test.each<[string, Part[], [number, string]]>([
    ["an empty stream", [], [0, "the stream ends without a finish"]],
    ["a stream without finish", [start, end], [2, "choice 0 ends without a finish"]],
    ["a delta before its start", [delta], [0, 'no block "t" is open']],
    ["a delta after its end", [start, end, delta], [2, 'no block "t" is open']],
    ["a second start", [start, start], [1, 'the id "t" is used again']],
    [
      "a second start after the end",
      [start, end, { type: "reasoning-start", id: "t" }],
      [2, 'the id "t" is used again'],
    ],
    ["a second end", [start, end, end], [2, 'no block "t" is open']],
    [
      "a delta of another family",
      [start, { type: "reasoning-delta", id: "t", delta: "x" }],
      [1, 'the block "t" is one of text'],
    ],
    [
      "a delta of another choice",
      [start, { ...delta, choice: 1 }],
      [1, 'the block "t" is of choice 0'],
    ],
    [
      "an empty delta",
      [start, { type: "text-delta", id: "t", delta: "" }],
      [1, "a delta is empty"],
    ],
    [
      "a finish with an open block",
      [start, finish()],
      [1, "choice 0 finishes while its blocks are open"],
    ],
    [
      "a part after the last finish",
      [finish(), start],
      [1, "a text-start follows the last finish"],
    ],
    ["a second finish", [finish(), finish()], [1, "a finish follows the last finish"]],
    [
      "an event after the last finish",
      [finish(), { type: "raw", rawValue: 1 }],
      [1, "a raw follows the last finish"],
    ],
    [
      "a part after its choice's finish",
      [{ type: "text-start", id: "u", choice: 1 }, finish(), start],
      [2, "a text-start follows the finish of choice 0"],
    ],
    [
      "a choice without finish",
      [start, { type: "text-start", id: "u", choice: 1 }, end, finish()],
      [4, "choice 1 ends without a finish"],
    ],
    [
      "a finish with another usage",
      [{ type: "usage", usage }, finish()],
      [1, "the finish has another usage than the last usage part"],
    ],
    [
      "an interruption after an error",
      [
        { type: "error", error: { kind: "server", message: "", retryable: true } },
        finish({ finishReason: { unified: "interrupted", raw: undefined } }),
      ],
      [1, "an error was followed by a finish for interruption"],
    ],
    [
      "a call without input",
      [{ type: "tool-call", toolCallId: "c", toolName: "f", input: "", inputState: "valid" }],
      [0, 'the call "c" has no input'],
    ],
    [
      "a call with other input",
      [
        { type: "tool-input-start", id: "c", toolName: "f" },
        { type: "tool-input-end", id: "c" },
        { type: "tool-call", toolCallId: "c", toolName: "f", input: "{}", inputState: "valid" },
      ],
      [2, 'the call "c" changes its input'],
    ],
    [
      "a call of another tool",
      [
        { type: "tool-input-start", id: "c", toolName: "f" },
        { type: "tool-input-end", id: "c" },
        { type: "tool-call", toolCallId: "c", toolName: "g", input: "", inputState: "valid" },
      ],
      [2, 'the call "c" changes its tool'],
    ],
    [
      "a call while its input is open",
      [
        { type: "tool-input-start", id: "c", toolName: "f" },
        { type: "tool-call", toolCallId: "c", toolName: "f", input: "", inputState: "valid" },
      ],
      [1, 'the call "c" comes while its input is open'],
    ],
    [
      "valid input that is not JSON",
      tool("{", "valid"),
      [3, 'the input of the call "c" is not valid'],
    ],
    [
      "invalid input that is JSON",
      tool("{}", "invalid"),
      [3, 'the input of the call "c" is not invalid'],
    ],
    [
      "a reset of an unknown block",
      [{ type: "reset", blocks: ["t"] }],
      [0, 'no block "t" is there to be reset'],
    ],
    [
      "a delta after a reset",
      [start, { type: "reset", blocks: ["t"] }, delta],
      [2, 'no block "t" is open'],
    ],
  ])("rejects %s, behind everything good", (_, parts, expected) => {
    expect(broken(parts)).toEqual(expected);
  });

  test.each<[string, Part[]]>([
    ["empty input as valid", tool("", "valid")],
    ["empty input as truncated", tool("", "truncated")],
    ["truncated input", tool('{"a', "truncated")],
    ["free text", tool("{", "text")],
    ["a finish after a reset block", [start, { type: "reset", blocks: ["t"] }, finish()]],
    ["a raw event anywhere before the last finish", [{ type: "raw", rawValue: 1 }, finish()]],
    [
      "nothing but a finish",
      [finish({ finishReason: { unified: "interrupted", raw: undefined } })],
    ],
  ])("accepts %s", (_, parts) => {
    expect(broken(parts)).toBeUndefined();
  });

  test("remembers no more than maxHeld units", () => {
    const parts: Part[] = [
      { type: "tool-input-start", id: "c", toolName: "f" },
      { type: "tool-input-delta", id: "c", delta: "1234" },
      { type: "tool-input-delta", id: "c", delta: "5" },
    ];
    const within = [...parts, ...tool("12345", "valid").slice(2)];
    expect(run(checkParts({ maxHeld: 6 }), within)).toEqual(within);
    expect(() => run(checkParts({ maxHeld: 5 }), parts)).toThrow(
      "Cannot check parts: what is held grew beyond maxHeld 5",
    );
  });

  test("remembers no input of calls that have come, or are void", () => {
    const parts = ["a", "b", "c"].flatMap((id): Part[] => {
      const input = "12345";
      const reset: Part = { type: "reset", blocks: [id] };
      const call: Part[] = [
        { type: "tool-input-end", id },
        { type: "tool-call", toolCallId: id, toolName: "f", input, inputState: "valid" },
      ];
      return [
        { type: "tool-input-start", id, toolName: "f" },
        { type: "tool-input-delta", id, delta: input },
        ...(id === "b" ? [reset] : call),
      ];
    });
    expect(run(checkParts({ maxHeld: 3 + 5 }), [...parts, finish()])).toHaveLength(12);
  });

  test("keeps the laws", async () => {
    await laws("checkParts", () => checkParts(), {
      input: fc.oneof(
        fc.array(anyPart),
        fc.nat(good.length).map((length) => good.slice(0, length)),
      ),
      samples: [good],
      continuations: [[{ type: "raw", rawValue: 1 }], [finish()]],
      limit: {
        stage: (max) => checkParts({ maxHeld: max + 1 }),
        fill: (length): Part[] => [
          { type: "tool-input-start", id: "c", toolName: "f" },
          ...Array.from({ length }, (): Part => ({
            type: "tool-input-delta",
            id: "c",
            delta: "x",
          })),
        ],
      },
      // Of parts whose ids must be remembered the memory's caches would be measured, not the work.
      hostile: [
        (length): Part[] => [
          { type: "text-start", id: "t" },
          ...Array.from({ length }, (): Part => ({ type: "text-delta", id: "t", delta: "x" })),
        ],
        (length): Part[] => [
          { type: "tool-input-start", id: "c", toolName: "f" },
          ...Array.from({ length }, (): Part => ({
            type: "tool-input-delta",
            id: "c",
            delta: "x",
          })),
          { type: "tool-input-end", id: "c" },
          {
            type: "tool-call",
            toolCallId: "c",
            toolName: "f",
            input: "x".repeat(length),
            inputState: "invalid",
          },
        ],
      ],
    });
  });
});
