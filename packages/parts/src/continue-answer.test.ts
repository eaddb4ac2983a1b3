import { fuse, run } from "@millrace/core";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answers, unitwise } from "./answers.fixture.ts";
import { checkParts } from "./check-parts.ts";
import { continueAnswer } from "./continue-answer.ts";
import { failureOf } from "./failure.ts";
import { onText } from "./on-text.ts";
import type { FinishReason, Part } from "./part.ts";
import { stopping } from "./text-stages.fixture.ts";
import { text } from "./text.ts";
import type { Usage } from "./usage.ts";

const noUsage: Usage = { inputTokens: {}, outputTokens: {} };
const counted = (total: number): Usage => ({ inputTokens: { total }, outputTokens: { total } });

const start = (id = "t"): Part => ({ type: "text-start", id });
const delta = (text: string, id = "t"): Part => ({ type: "text-delta", id, delta: text });
const end = (id = "t"): Part => ({ type: "text-end", id });
const says = (...texts: string[]): Part[] => [start(), ...texts.map((one) => delta(one)), end()];

function finish(unified: FinishReason = "stop", usage = noUsage): Part {
  return { type: "finish", finishReason: { unified, raw: undefined }, usage };
}

/** What comes behind `soFar`; both together are one answer. */
function goOn(soFar: Part[], other: Part[]): Part[] {
  const rest = run(continueAnswer(soFar), other);
  const whole = [...soFar, ...rest];
  expect(run(checkParts(), whole)).toEqual(whole);
  return rest;
}

describe("continueAnswer", () => {
  test("goes on with the text that is open, without what is repeated", () => {
    const rest = goOn([start(), delta("The wheel tur")], [...says("whe", "el turns."), finish()]);
    expect(rest).toEqual([delta("ns."), end(), finish()]);
  });

  test("begins an answer of which nothing was there", () => {
    expect(goOn([], [...says("mill"), finish()])).toEqual([
      start("h2:t"),
      delta("mill", "h2:t"),
      end("h2:t"),
      finish(),
    ]);
  });

  test("does not go on with text whose end was told", () => {
    const rest = goOn(says("The wheel tur"), [...says("wheel turns."), finish()]);
    expect(rest).toEqual([start("h2:t"), delta("ns.", "h2:t"), end("h2:t"), finish()]);
  });

  test("tells nothing twice, and adds nothing to an answer that is whole", () => {
    expect(goOn([...says("mill"), finish()], [...says("race"), finish()])).toEqual([]);
    expect(goOn([finish("error")], [...says("race"), finish()])).toEqual([]);
  });

  test("tells the usage so far to who sees the rest alone, as a stop sequence does", () => {
    const soFar: Part[] = [{ type: "usage", usage: counted(3) }, start(), delta("The wheel ")];
    const rest = run(fuse(continueAnswer(soFar), onText(stopping)), says("turns] and", " turns"));
    expect(rest.at(-1)).toMatchObject({ type: "finish", usage: counted(3), stopSequence: "]" });
    expect(run(checkParts(), [...soFar, ...rest])).toHaveLength(soFar.length + rest.length);
  });

  test("takes back calls and thoughts that broke off", () => {
    const soFar: Part[] = [
      { type: "reasoning-start", id: "r" },
      { type: "reasoning-delta", id: "r", delta: "hm" },
      { type: "tool-input-start", id: "c", toolName: "f" },
      { type: "tool-input-delta", id: "c", delta: "{" },
      { type: "tool-input-start", id: "d", toolName: "f" },
      { type: "tool-input-delta", id: "d", delta: "{}" },
      { type: "tool-input-end", id: "d" },
    ];
    const [reset, ...rest] = goOn(soFar, [...says("mill"), finish()]);
    expect(reset).toEqual({ type: "reset", blocks: ["r", "c", "d"] });
    expect(run(text(), rest)).toEqual(["mill"]);
  });

  test("lets thoughts that ended, and calls that are whole, stand", () => {
    const soFar: Part[] = [
      { type: "reasoning-start", id: "r" },
      { type: "reasoning-end", id: "r" },
      { type: "tool-input-start", id: "d", toolName: "f" },
      { type: "tool-input-end", id: "d" },
      { type: "tool-call", toolCallId: "d", toolName: "f", input: "", inputState: "valid" },
    ];
    expect(goOn(soFar, [...says("mill"), finish()])[0]).toEqual(start("h2:t"));
  });

  test("says a reset before the source has said anything", () => {
    const emitted: Part[] = [];
    continueAnswer([{ type: "reasoning-start", id: "r" }]).start((part) => emitted.push(part));
    expect(emitted).toEqual([{ type: "reset", blocks: ["r"] }]);
  });

  test("ends text that nobody goes on with", () => {
    expect(goOn([start(), delta("mill")], [finish()])).toEqual([end(), finish()]);
    expect(goOn([start(), delta("mill")], [])).toEqual([end(), finish("interrupted")]);
  });

  test("numbers sources, however many there were", () => {
    const soFar = [start(), delta("one"), end(), start("h2:t"), delta(" two", "h2:t"), end("h2:t")];
    expect(goOn(soFar, [...says(" three"), finish()])[0]).toEqual(start("h3:t"));
    const third = [...soFar, start("h3:t"), delta("3", "h3:t"), end("h3:t")];
    expect(goOn(third, [...says("four"), finish()])[0]).toEqual(start("h4:t"));
  });

  test("adds the tokens up", () => {
    const soFar: Part[] = [{ type: "usage", usage: counted(3) }, start(), delta("mill")];
    const other: Part[] = [
      ...says(" race"),
      { type: "usage", usage: counted(4) },
      finish("stop", counted(4)),
    ];
    expect(goOn(soFar, other).slice(-3)).toEqual([
      { type: "usage", usage: counted(7) },
      end(),
      finish("stop", counted(7)),
    ]);
  });

  test("goes on with the choices that are not finished", () => {
    const second = (part: Part): Part => ({ ...part, choice: 1 }) as Part;
    const soFar = [...says("mill"), second(start("u")), second(delta("ra", "u")), finish()];
    const other = [...says("again"), finish(), ...[...says("ce"), finish()].map(second)];
    expect(goOn(soFar, other)).toEqual([delta("ce", "u"), end("u"), finish()].map(second));
  });

  test("says nothing of a choice that is finished, whatever it is", () => {
    const soFar: Part[] = [start(), { ...finish(), choice: 1 } as Part];
    const late: Part[] = [
      { type: "source", id: "s", source: { kind: "url", url: "https://a.example" }, choice: 1 },
      { type: "error", error: failureOf("late"), choice: 1 },
    ];
    expect(goOn(soFar, [...late, finish()])).toEqual([end(), finish()]);
  });

  test("interrupts also a choice of which only a file was there", () => {
    const data = { type: "url", url: "https://a.example" } as const;
    const file: Part = { type: "file", mediaType: "image/png", data, choice: 1 };
    const rest = goOn([file], [finish()]);
    expect(rest).toEqual([{ ...finish("interrupted"), choice: 1 }, finish()]);
  });

  test("is not surprised by an error that was told", () => {
    const error: Part = {
      type: "error",
      error: { kind: "overloaded", message: "Later", retryable: true },
    };
    expect(goOn([start(), delta("mill"), end(), error], [finish("interrupted")])).toEqual([
      finish("error"),
    ]);
  });

  test("keeps the grammar wherever an answer broke off, and loses no text", () => {
    const pair = fc.record({ first: answers(), other: answers(), place: fc.nat() });
    fc.assert(
      fc.property(pair, ({ first, other, place }) => {
        const soFar = first.slice(0, place % (first.length + 1));
        const rest = run(continueAnswer(soFar, { maxOverlap: 0 }), other);
        const whole = [...soFar, ...rest];
        expect(run(checkParts(), whole)).toEqual(whole);
        if (soFar.some(({ type }) => type === "finish")) return;
        const told = (parts: Part[]) => run(text(), parts).join("");
        expect(told(whole)).toBe(told(soFar) + told(other));
      }),
      { numRuns: 300 },
    );
  });

  test("is one answer to who reads it all, wherever the first broke off and the second was cut", () => {
    const story = "The mill race carries the water to the wheel, and the wheel turns the stone.";
    for (let place = 0; place <= story.length; place++) {
      for (const back of [0, 1, 9, place]) {
        const soFar = place === 0 ? [] : [start(), delta(story.slice(0, place))];
        const edge = Math.max(0, story.lastIndexOf(" ", place - back) + 1);
        const isSeen = /\w.*\w/.test(story.slice(edge, place)); // one letter may be in common by chance
        const from = back === 0 || !isSeen ? place : edge;
        const left = story.slice(from);
        const other = [...says(...(left === "" ? [] : [left])), finish()];
        const whole = [...soFar, ...goOn(soFar, other)];
        expect(run(text(), whole).join("")).toBe(story);
      }
    }
  });

  test("keeps the laws", async () => {
    const soFar: Part[] = [start(), delta("The wheel tur"), { type: "reasoning-start", id: "r" }];
    await laws("continueAnswer", () => continueAnswer(soFar), {
      input: answers({ threads: 2 }),
      runs: 25,
      samples: [[...says("The whe", "el tu", "rns."), finish()]],
      join: unitwise,
      hostile: [(length) => [start(), ...Array.from({ length }, () => delta("x "))]],
    });
  });
});
