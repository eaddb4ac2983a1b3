import { fuse, map, pipe, run, stage, take, type Stage } from "@millrace/core";
import { countingSource, failingSource, laws, slowReader } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answers, unitwise } from "./answers.fixture.ts";
import { checkParts } from "./check-parts.ts";
import { continueAnswer } from "./continue-answer.ts";
import { onText } from "./on-text.ts";
import type { FinishPart, Part } from "./part.ts";
import { text } from "./text.ts";
import { stopping, words } from "./text-stages.fixture.ts";
import type { Usage } from "./usage.ts";

const usage: Usage = { inputTokens: { total: 3 }, outputTokens: {} };
const noUsage: Usage = { inputTokens: {}, outputTokens: {} };
const start: Part = { type: "text-start", id: "t" };
const end: Part = { type: "text-end", id: "t" };
const delta = (text: string): Part => ({ type: "text-delta", id: "t", delta: text });
const finish = (fields: Partial<FinishPart> = {}): Part => ({
  type: "finish",
  finishReason: { unified: "stop", raw: "stop" },
  usage: noUsage,
  ...fields,
});
const source: Part = { type: "source", id: "s", source: { kind: "url" } };

const upper = (): Stage<string, string> => map((text) => text.toUpperCase());

describe("onText", () => {
  test("runs the text of a block through a stage, flushed before the block's end", () => {
    const parts = [start, delta("one t"), source, delta("wo"), end, finish()];
    expect(run(onText(words), parts)).toEqual([
      start,
      delta("one "),
      source,
      delta("two"),
      end,
      finish(),
    ]);
  });

  test("gives every block a stage of its own", () => {
    const other = (text: string): Part => ({ type: "text-delta", id: "u", delta: text, choice: 1 });
    const parts: Part[] = [
      start,
      { type: "text-start", id: "u", choice: 1 },
      delta("on"),
      other("ei"),
      delta("e "),
      other("n "),
    ];
    expect(run(onText(words), parts).slice(2, 4)).toEqual([delta("one "), other("ein ")]);
  });

  test("ends every block, and has it say what it holds, whatever another one throws", () => {
    const bug = new Error("no");
    const holding = (): Stage<string, string> =>
      stage((emit) => {
        let held = "";
        return {
          push: (text) => void (held += text),
          flush() {
            if (held === "no") throw bug;
            emit(held);
          },
        };
      });
    const outputs: Part[] = [];
    const machine = onText(holding).start((part) => outputs.push(part));
    const other: Part = { type: "text-start", id: "u", choice: 1 };
    machine.push(start);
    machine.push(other);
    machine.push(delta("no"));
    machine.push({ type: "text-delta", id: "u", delta: "yes", choice: 1 });
    expect(() => machine.flush()).toThrow(bug);
    expect(outputs).toEqual([
      start,
      other,
      end,
      { type: "text-delta", id: "u", delta: "yes", choice: 1 },
      { type: "text-end", id: "u", choice: 1 },
    ]);
  });

  test("lets a block pass for which there is no stage", () => {
    const logprobs = [{ token: "no", logprob: -1 }];
    const parts: Part[] = [
      { type: "text-start", id: "r", kind: "refusal" },
      { type: "text-delta", id: "r", delta: "no", logprobs },
      { type: "text-end", id: "r" },
    ];
    const answerOnly = onText(({ kind }) => (kind === undefined ? upper() : undefined));
    expect(run(answerOnly, parts)).toEqual(parts);
  });

  test("leaves logprobs out, and keeps metadata behind the text it came with", () => {
    const providerMetadata = { p: { x: 1 } };
    const parts: Part[] = [
      start,
      { type: "text-delta", id: "t", delta: "a", logprobs: [], providerMetadata },
      { type: "text-delta", id: "t", delta: "", logprobs: [] },
    ];
    expect(run(onText(upper), parts)).toEqual([
      start,
      delta("A"),
      { type: "text-delta", id: "t", delta: "", providerMetadata },
      end,
    ]);
  });

  test("is in the rest of an answer too, whose block began before", () => {
    const soFar = [start, delta("one ")];
    const other = [start, delta("one two th"), end, finish()];
    const rest = run(fuse(continueAnswer(soFar), onText(words), onText(upper)), other);
    expect(rest).toEqual([delta("TWO "), delta("TH"), end, finish()]);
    expect(run(checkParts(), [...soFar, ...rest])).toHaveLength(6);
    expect(run(onText(words), [delta("held")])).toEqual([delta("held"), end]);
    expect(
      run(
        onText(() => undefined),
        [delta("a"), end],
      ),
    ).toEqual([delta("a"), end]);
  });

  test("says nothing more of a block that was taken back", () => {
    const reset: Part = { type: "reset", blocks: ["t"] };
    const parts = [start, delta("held"), reset, finish()];
    expect(run(onText(words), parts)).toEqual([start, reset, finish()]);
  });
});

describe("onText, when a stage ends", () => {
  test("finishes the answer, and cancels the source with the stage's reason", async () => {
    const counted: Part = { type: "usage", usage };
    const counting = countingSource([start, counted, delta("a]b"), delta("c"), end, finish()]);
    const parts: Part[] = [];
    for await (const part of pipe(counting.readable, onText(stopping), checkParts())) {
      parts.push(part);
    }
    expect(parts).toEqual([
      start,
      counted,
      delta("a"),
      end,
      finish({ finishReason: { unified: "stop", raw: undefined }, usage, stopSequence: "]" }),
    ]);
    expect(counting.reason).toEqual({ code: "stop-sequence", sequence: "]" });
  });

  test("closes what else is open, and takes back what is no whole call", () => {
    const parts: Part[] = [
      { type: "reasoning-start", id: "r" },
      { type: "tool-input-start", id: "c", toolName: "f" },
      start,
      delta("]"),
    ];
    expect(run(onText(stopping), parts).slice(3)).toEqual([
      end,
      { type: "reasoning-end", id: "r" },
      { type: "reset", blocks: ["c"] },
      finish({ finishReason: { unified: "stop", raw: undefined }, stopSequence: "]" }),
    ]);
  });

  test("goes on with other answers", () => {
    const second = (part: Part): Part => ({ ...part, choice: 1 }) as Part;
    const other: Part[] = [
      second({ type: "text-start", id: "u" }),
      second({ type: "text-delta", id: "u", delta: "b" }),
      second({ type: "text-end", id: "u" }),
    ];
    const parts = [start, other[0]!, delta("a]"), delta("no"), ...other.slice(1), end, finish()];
    const told = run(onText(stopping), [...parts, second(finish())]);
    expect(run(checkParts(), told)).toEqual(told);
    expect(run(text(), told)).toEqual(["a"]);
    expect(run(text({ choice: 1 }), told)).toEqual(["b"]);
    expect(told.filter(({ type }) => type === "finish")).toHaveLength(2);
  });

  test("takes for a stop what a stage does of its own accord", () => {
    const parts = [start, delta("a"), delta("b"), end, finish()];
    expect(
      run(
        onText(() => take(1)),
        parts,
      ),
    ).toEqual([
      start,
      delta("a"),
      end,
      finish({ finishReason: { unified: "stop", raw: undefined } }),
    ]);
    expect(
      run(
        onText(() => take(0)),
        parts,
      ).slice(0, 2),
    ).toEqual([start, end]);
  });
});

describe("onText, when something fails", () => {
  const broken = new Error("broken");

  test("says what stages hold, and closes their blocks, when the source fails", async () => {
    const stream = failingSource([start, delta("held")], broken).pipeThrough(onText(words));
    expect(await slowReader(stream)).toEqual({
      outputs: [start, delta("held"), end],
      ending: { type: "error", error: broken },
    });
  });

  test("does the same for all blocks when one stage throws", async () => {
    const throwing = (): Stage<string, string> =>
      stage((emit) => {
        let held = "";
        return {
          push(chunk) {
            if (chunk === "!") throw broken;
            held += chunk;
          },
          fail: () => emit(held),
        };
      });
    const parts: Part[] = [start, { type: "text-start", id: "u" }, delta("held"), delta("!")];
    expect(await slowReader(pipe(parts, onText(throwing)))).toEqual({
      outputs: [...parts.slice(0, 2), delta("held"), end, { type: "text-end", id: "u" }],
      ending: { type: "error", error: broken },
    });
  });
});

describe("onText", () => {
  test("keeps the grammar, and its text does not depend on cuts", () => {
    fc.assert(
      fc.property(answers(), fc.constantFrom(words, upper, stopping), (parts, make) => {
        const told = run(onText(make), parts);
        expect(run(checkParts(), told)).toEqual(told);
        expect(unitwise(run(onText(make), unitwise(parts)))).toEqual(unitwise(told));
      }),
    );
  });

  test("keeps the laws", async () => {
    await laws("onText", () => onText(words), {
      input: answers(),
      samples: [[start, delta("one t"), source, delta("wo"), end, finish()]],
      oracle: slowly,
      join: unitwise,
      runs: 25,
      continuations: [
        ...["t", "text-0", "text-1"].flatMap((id): Part[][] => [
          [{ type: "text-delta", id, delta: " " }],
          [{ type: "text-delta", id, delta: "x" }],
        ]),
      ],
      hostile: [(length) => [start, ...Array.from({ length }, () => delta("x "))]],
    });
  });
});

/** Words come out where their last unit stood: with the space, or with the end of the block. */
function slowly(parts: readonly Part[]): Part[] {
  const unitParts = unitwise(parts);
  return unitParts.flatMap((part, index): Part[] => {
    if (part.type === "text-delta") {
      const { providerMetadata, choice } = part;
      const own = choice === undefined ? {} : { choice };
      const note: Part = { type: "text-delta", id: part.id, delta: "", ...own };
      if (part.delta === "") return providerMetadata ? [{ ...note, providerMetadata }] : [];
      return part.delta === " " ? heldBefore(unitParts, index, part.id).concat(part) : [];
    }
    if (part.type === "text-end") return heldBefore(unitParts, index, part.id).concat(part);
    return [part];
  });
}

/** The deltas of a block since its last space. */
function heldBefore(parts: readonly Part[], index: number, id: string): Part[] {
  const own = parts
    .slice(0, index)
    .filter((part) => part.type === "text-delta" && part.id === id && part.delta !== "");
  const spaces = own.map((part) => "delta" in part && part.delta === " ");
  return own.slice(spaces.lastIndexOf(true) + 1);
}
