import { LimitError, run, stage, type Stage } from "@millrace/core";
import { laws } from "@millrace/testing";
import { describe, expect, test } from "vitest";
import { answers } from "../answers.fixture.ts";
import type { FinishReason, Part } from "../part.ts";
import { encodeAnswer, type EncodeAnswerOptions } from "./encode-answer.ts";

/** All that a writer is told, as it comes. */
function told(options?: EncodeAnswerOptions): Stage<Part, unknown[]> {
  return stage((emit, end) =>
    encodeAnswer(
      {
        write: (part, owed) => {
          emit(owed === true ? ["owed", part] : ["write", part]);
        },
        finish: ({ finishReason }, failure) => {
          emit(["finish", finishReason.unified, failure?.kind, failure?.retryable]);
        },
      },
      end,
      options,
    ),
  );
}

const START: Part = { type: "text-start", id: "text-0" };
const DELTA: Part = { type: "text-delta", id: "text-0", delta: "Hi" };
const END: Part = { type: "text-end", id: "text-0" };
const TOOL: Part = { type: "tool-input-start", id: "c", toolName: "f" };

function finish(unified: FinishReason, choice?: number): Part {
  const usage = { inputTokens: {}, outputTokens: {} };
  const finishReason = { unified, raw: undefined };
  return { type: "finish", finishReason, usage, ...(choice !== undefined && { choice }) };
}

function error(kind: "overloaded" | "malformed-event"): Part {
  return { type: "error", error: { kind, message: "secret", retryable: true } };
}

/** What is told last of an answer whose source fails. */
function lastOf(reason: unknown): unknown {
  const all: unknown[] = [];
  const machine = told().start((one) => all.push(one));
  machine.push(START);
  machine.fail(reason);
  return all.at(-1);
}

describe("encodeAnswer", () => {
  test("gives the writer an answer as it is", () => {
    expect(run(told(), [START, DELTA, END, finish("stop"), DELTA])).toEqual([
      ["write", START],
      ["write", DELTA],
      ["write", END],
      ["finish", "stop", undefined, undefined],
    ]);
  });

  test("ends what is open, a tool by its call, when the parts end or finish", () => {
    const call = { toolCallId: "c", toolName: "f", input: "", inputState: "truncated" };
    const owed = [
      ["owed", END],
      ["owed", { type: "tool-call", ...call }],
    ];
    const cut = ["finish", "interrupted", "transport", true];
    expect(run(told(), [START, TOOL]).slice(2)).toEqual([...owed, cut]);
    const whole = ["finish", "stop", undefined, undefined];
    expect(run(told(), [START, TOOL, finish("stop")]).slice(2)).toEqual([...owed, whole]);
  });

  test("keeps an error until the end, and the one that ended the answer", () => {
    const parts = [error("malformed-event"), START, error("overloaded"), END, finish("error")];
    expect(run(told(), parts).at(-1)).toEqual(["finish", "error", "overloaded", true]);
    expect(run(told(), [finish("error")])).toEqual([["finish", "error", "unknown", false]]);
  });

  test("tells of an error in an answer that is whole as of something else", () => {
    expect(run(told(), [error("malformed-event"), finish("stop")])).toEqual([
      [
        "write",
        {
          type: "custom",
          kind: "millrace.error",
          value: { kind: "malformed-event", retryable: true },
        },
      ],
      ["finish", "stop", undefined, undefined],
    ]);
  });

  test("tells what its source failed with", () => {
    expect(lastOf(new Error("lost"))).toEqual(["finish", "error", "transport", true]);
    expect(lastOf(new DOMException("", "AbortError"))).toEqual([
      "finish",
      "error",
      "aborted",
      false,
    ]);
    const tooLong = new LimitError("Cannot split lines", { stage: "lines", offset: 7 });
    expect(lastOf(tooLong)).toEqual(["finish", "error", "too-large", false]);
  });

  test("fails when something is taken back, unless the writer can do that", () => {
    const taken: Part = { type: "reset", blocks: ["text-0"] };
    expect(run(told(), [START, taken, finish("stop")]).slice(1)).toEqual([
      ["owed", END],
      ["finish", "error", "transport", true],
    ]);
    expect(run(told(), [taken, finish("stop")])).toHaveLength(1);
    const able = stage<Part, unknown>((emit, end) =>
      encodeAnswer({ write: emit, finish: emit, reset: (blocks) => blocks.length > 0 }, end),
    );
    expect(run(able, [START, taken, END, finish("stop")])).toEqual([START, END, finish("stop")]);
  });

  test("tells that what finishes it cannot be written", () => {
    const broken = { ...finish("stop"), usage: undefined } as unknown as Part;
    const counted = stage<Part, unknown>((emit, end) =>
      encodeAnswer(
        {
          write: (part) => {
            emit(part.type);
          },
          finish: ({ usage }, failure) => {
            emit([usage.outputTokens.total, failure !== undefined]);
          },
        },
        end,
      ),
    );
    const all = ["text-start", "text-end", [undefined, true]];
    expect(run(counted, [START, broken, finish("stop")])).toEqual(all);
  });

  test("is of one choice", () => {
    const other: Part[] = [{ ...START, choice: 1 }, finish("length", 1)];
    expect(run(told(), [...other, finish("stop")])).toHaveLength(1);
    expect(run(told({ choice: 1 }), [START, ...other])).toEqual([
      ["write", { ...START, choice: 1 }],
      ["owed", END],
      ["finish", "length", undefined, undefined],
    ]);
  });

  test("keeps the laws", async () => {
    await laws("encodeAnswer", () => told(), {
      input: answers({ resets: true }),
      continuations: [[START], [finish("stop")], [error("overloaded"), finish("error")]],
      runs: 30,
    });
  });
});
