import { LimitError, run } from "@millrace/core";
import { laws, linear } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answers, unitwise } from "./answers.fixture.ts";
import { checkParts } from "./check-parts.ts";
import { continueAnswer } from "./continue-answer.ts";
import { isFailurePart } from "./failure.ts";
import { joinHops, type Hop, type JoinHopsOptions } from "./join-hops.ts";
import type { FinishReason, Part } from "./part.ts";
import { text } from "./text.ts";
import { toolCalls } from "./tool-calls.ts";
import type { Usage } from "./usage.ts";

const noUsage: Usage = { inputTokens: {}, outputTokens: {} };
const error: Part = {
  type: "error",
  error: { kind: "overloaded", message: "Later", retryable: true },
};

const start = (id = "t"): Part => ({ type: "text-start", id });
const delta = (text: string, id = "t"): Part => ({ type: "text-delta", id, delta: text });
const end = (id = "t"): Part => ({ type: "text-end", id });
const says = (...texts: string[]): Part[] => [start(), ...texts.map((one) => delta(one)), end()];

function finish(unified: FinishReason = "stop", usage = noUsage): Part {
  return { type: "finish", finishReason: { unified, raw: undefined }, usage };
}

/** Breaks off as a decoder tells it, its blocks closed. */
const broken = [error, finish("error")];

interface Item extends Hop<Part> {
  item: Part;
}

/** The parts of each hop. */
function hopsOf(...hops: Part[][]): Item[] {
  return hops.flatMap((parts, index) => parts.map((item) => ({ hop: index + 1, item })));
}

function join(hops: Part[][], options?: JoinHopsOptions): Part[] {
  const parts = run(joinHops(options), hopsOf(...hops));
  expect(run(checkParts(), parts)).toEqual(parts);
  return parts;
}

describe("joinHops", () => {
  test("lets a single source pass", () => {
    const parts = [...says("one ", "two"), finish()];
    expect(join([parts])).toEqual(parts);
    expect(join([[...says("one"), ...broken]])).toEqual([...says("one"), ...broken]);
  });

  test("goes on with the open text block, and drops the failure", () => {
    const parts = join([
      [...says("The wheel"), ...broken],
      [...says(" tur", "ns."), finish()],
    ]);
    expect(parts).toEqual([...says("The wheel", " tur", "ns."), finish()]);
  });

  test("leaves out what the next source repeats, wherever that is cut", () => {
    const next = [...says("wh", "eel tu", "rns."), finish()];
    const parts = join([[...says("The wheel tur"), ...broken], next]);
    expect(parts).toEqual([...says("The wheel tur", "ns."), finish()]);
  });

  test("leaves nothing out when told that nothing is repeated", () => {
    const hops = [
      [...says("so so"), ...broken],
      [...says("so so"), finish()],
    ];
    expect(run(text(), join(hops, { maxOverlap: 0 }))).toEqual(["so so", "so so"]);
    expect(run(text(), join(hops))).toEqual(["so so"]);
  });

  test.each([-1, NaN])("refuses %s as a maxOverlap", (maxOverlap) => {
    const message = `Cannot join hops: maxOverlap must be 0 or more, not ${maxOverlap}`;
    expect(() => joinHops({ maxOverlap })).toThrow(new RangeError(message));
    expect(() => continueAnswer([], { maxOverlap })).toThrow(message);
  });

  test("holds text only while it may repeat", () => {
    const machine: Part[] = [];
    const { push } = joinHops().start((part) => machine.push(part));
    for (const item of [start(), delta("The wheel")]) push({ hop: 1, item });
    for (const item of [start(), delta("whe")]) push({ hop: 2, item });
    expect(machine).toEqual([start(), delta("The wheel")]);
    push({ hop: 2, item: delta("re") });
    expect(machine).toEqual([start(), delta("The wheel"), delta("whe"), delta("re")]);
  });

  test("holds the end of a block until something else begins", () => {
    const seen: Part[] = [];
    const { push } = joinHops().start((part) => seen.push(part));
    for (const item of says("one")) push({ hop: 1, item });
    expect(seen).toEqual([start(), delta("one")]);
    push({ hop: 1, item: { type: "reasoning-start", id: "r" } });
    expect(seen).toEqual([...says("one"), { type: "reasoning-start", id: "r" }]);
  });

  test("takes back reasoning and tool input that were open", () => {
    const parts = join([
      [
        { type: "reasoning-start", id: "r" },
        { type: "reasoning-delta", id: "r", delta: "hm" },
        { type: "tool-input-start", id: "c", toolName: "f" },
        { type: "tool-input-delta", id: "c", delta: '{"a' },
        { type: "reasoning-end", id: "r" },
        { type: "tool-input-end", id: "c" },
        {
          type: "tool-call",
          toolCallId: "c",
          toolName: "f",
          input: '{"a',
          inputState: "truncated",
        },
        ...broken,
      ],
      [{ type: "reasoning-start", id: "r" }, { type: "reasoning-end", id: "r" }, finish()],
    ]);
    expect(parts.slice(4)).toEqual([
      { type: "reset", blocks: ["r", "c"] },
      { type: "reasoning-start", id: "h2:r" },
      { type: "reasoning-end", id: "h2:r" },
      finish(),
    ]);
    expect(parts[3]).toEqual({ type: "tool-input-delta", id: "c", delta: '{"a' });
  });

  test("lets stand what was whole", () => {
    const sealed: Part = { type: "reasoning-end", id: "r", signature: "s" };
    const parts = join([
      [
        { type: "reasoning-start", id: "r" },
        sealed,
        { type: "tool-input-start", id: "c", toolName: "f" },
        { type: "tool-input-end", id: "c" },
        { type: "tool-call", toolCallId: "c", toolName: "f", input: "", inputState: "valid" },
        ...broken,
      ],
      [finish("tool-calls")],
    ]);
    expect(parts.map(({ type }) => type)).not.toContain("reset");
    expect(parts[1]).toEqual(sealed);
    expect(run(toolCalls(), parts)).toHaveLength(1);
  });

  test("puts the number of its source before later ids, calls and results alike", () => {
    const parts = join([
      broken,
      [
        { type: "tool-input-start", id: "c", toolName: "f" },
        { type: "tool-input-end", id: "c" },
        { type: "tool-call", toolCallId: "c", toolName: "f", input: "", inputState: "valid" },
        { type: "tool-result", toolCallId: "c", result: 1 },
        { type: "status", status: "searching", blockId: "c" },
        { type: "file", id: "i", mediaType: "image/png", data: { type: "url", url: "u" } },
        finish("tool-calls"),
      ],
    ]);
    expect(JSON.stringify(parts).match(/"h2:[a-z]"/g)).toEqual([
      ...Array.from({ length: 5 }, () => '"h2:c"'),
      '"h2:i"',
    ]);
  });

  test("moves the places that sources cite behind the text so far", () => {
    const cite = (start: number, end: number): Part => ({
      type: "source",
      id: "s",
      source: { kind: "url" },
      anchor: { blockId: "t", start, end, citedText: "turns" },
    });
    const parts = join([
      [...says("The wheel"), ...broken],
      [start(), delta("wheel turns."), cite(6, 11), end(), finish()],
    ]);
    expect(run(text(), parts).join("").slice(10, 15)).toBe("turns");
    expect(parts).toContainEqual({ ...cite(10, 15), id: "h2:s" });
    const early = join([
      [...says("The wheel"), ...broken],
      [start(), cite(6, 11), delta("wheel turns."), end(), finish()],
    ]);
    expect(early[2]).toMatchObject({ anchor: { blockId: "t", citedText: "turns" } });
    expect(early[2]).not.toHaveProperty("anchor.start");
  });

  test("adds usage up", () => {
    const used = (total: number, raw: unknown): Usage => ({
      inputTokens: { total },
      outputTokens: {},
      raw,
    });
    const both = used(5, ["a", "b"]);
    const parts = join([
      [{ type: "usage", usage: used(2, "a") }, finish("interrupted", used(2, "a"))],
      [{ type: "usage", usage: used(3, "b") }, finish("stop", used(3, "b"))],
    ]);
    expect(parts).toEqual([
      { type: "usage", usage: used(2, "a") },
      { type: "usage", usage: both },
      finish("stop", both),
    ]);
    const once = join([
      [
        { type: "usage", usage: used(2, "a") },
        ...broken.slice(0, 1),
        finish("error", used(2, "a")),
      ],
      [finish()],
    ]);
    expect(once.at(-1)).toEqual(finish("stop", used(2, "a")));
  });

  test("tells the usage known at the end in every finish, since they wait for it", () => {
    const usage: Usage = { inputTokens: {}, outputTokens: { total: 7 } };
    const second = { ...finish("stop", usage), choice: 1 } as const;
    const parts = join([
      [
        { type: "text-start", id: "t", choice: 1 },
        { type: "text-end", id: "t", choice: 1 },
        finish(),
        { type: "usage", usage },
        second,
      ],
    ]);
    expect(parts.slice(-2)).toEqual([finish("stop", usage), second]);
  });

  test("hears of a source that gives nothing: the failure before it is forgotten", () => {
    const hops = [...hopsOf([...says("one"), ...broken]), { hop: 2 }];
    expect(run(joinHops(), hops)).toEqual([...says("one"), finish("error")]);
  });

  test("goes on through any number of sources, with the last one's end", () => {
    const parts = join([
      [...says("one "), ...broken],
      [...says("one two "), finish("interrupted")],
      broken,
      [...says("two three"), ...broken],
    ]);
    expect(run(text(), parts).join("")).toBe("one two three");
    expect(parts.slice(-3)).toEqual([end(), ...broken]);
  });

  test("forgets what a source repeated before it failed", () => {
    const parts = join([
      [...says("one two three"), ...broken],
      [...says("one tw"), ...broken],
      [...says("two three four"), finish()],
    ]);
    expect(run(text(), parts).join("")).toBe("one two three four");
  });

  test("starts a block of its own where the text before had ended", () => {
    const parts = join([
      [
        ...says("one two"),
        { type: "reasoning-start", id: "r" },
        { type: "reasoning-end", id: "r" },
        ...broken,
      ],
      [...says("two three"), finish()],
    ]);
    expect(parts.slice(-4)).toEqual([
      start("h2:t"),
      delta(" three", "h2:t"),
      end("h2:t"),
      finish(),
    ]);
  });

  test("ends text that nobody goes on with", () => {
    expect(join([[...says("one"), ...broken], [finish("length")]])).toEqual([
      ...says("one"),
      finish("length"),
    ]);
    const refusal: Part[] = [{ type: "text-start", id: "x", kind: "refusal" }, end("x")];
    expect(
      join([
        [...says("one"), ...broken],
        [...refusal, finish()],
      ]),
    ).toEqual([
      ...says("one"),
      { type: "text-start", id: "h2:x", kind: "refusal" },
      end("h2:x"),
      finish(),
    ]);
  });

  test("ends a choice whose only source broke off without an end", () => {
    const second: Part[] = [{ type: "text-start", id: "u", choice: 1 }];
    const parts = join([
      [...second, { type: "text-end", id: "u", choice: 1 }, ...says("one")],
      [...says(" two"), finish()],
    ]);
    expect(parts.slice(-2)).toEqual([finish(), { ...finish("interrupted"), choice: 1 }]);
    const fact: Part = { type: "source", id: "s", source: { kind: "url" }, choice: 1 };
    expect(join([[fact, ...says("one")], [finish()]]).at(-1)).toEqual(parts.at(-1));
  });

  test("drops what a source says after the next has begun", () => {
    const late = { hop: 1, item: delta("late") };
    const hops = hopsOf([start(), delta("one")], [start(), delta(" two"), end(), finish()]);
    expect(run(text(), run(joinHops(), [...hops.slice(0, 3), late, ...hops.slice(3)]))).toEqual([
      "one",
      " two",
    ]);
  });

  test("has no room for what waits if told no number", () => {
    expect(() => join([[...says("mill"), finish()]], { maxHeld: NaN })).toThrow(LimitError);
  });

  test("knows a failure by its parts", () => {
    const malformed = { kind: "malformed-event", message: "", retryable: false } as const;
    const parts = [error, finish("error"), finish("interrupted"), finish(), finish("length")];
    expect(parts.map(isFailurePart)).toEqual([true, true, true, false, false]);
    expect(isFailurePart({ type: "error", error: malformed })).toBe(false);
  });
});

function generated(threads?: number): fc.Arbitrary<Item[]> {
  const size = threads === undefined ? {} : { threads };
  const failing = answers({ endings: ["error", "interrupted"], ...size });
  return fc
    .tuple(fc.array(failing, { maxLength: 2 }), answers(size))
    .map(([before, last]) => hopsOf(...before, last));
}

const hops = generated();

describe("joinHops, on generated answers", () => {
  test("keeps the grammar, and does not depend on cuts", () => {
    fc.assert(
      fc.property(hops, (all) => {
        const parts = run(joinHops(), all);
        expect(run(checkParts(), parts)).toEqual(parts);
        const cut = all.flatMap(({ hop, item }) =>
          unitwise([item]).map((one) => ({ hop, item: one })),
        );
        expect(unitwise(run(joinHops(), cut))).toEqual(unitwise(parts));
      }),
      { numRuns: 200 },
    );
  });

  test("tells each choice's end once, by the last source that has it", () => {
    fc.assert(
      fc.property(hops, (all) => {
        const parts = run(joinHops(), all);
        const last = all.at(-1)!.hop;
        const finishes = parts.filter((part) => part.type === "finish");
        const reasons = new Map<number, FinishReason>();
        for (const { item } of all) {
          if (item.type === "finish") reasons.set(item.choice ?? 0, item.finishReason.unified);
        }
        const failed = all.some(({ hop, item }) => hop === last && item.type === "error");
        expect(parts.some(({ type }) => type === "error")).toBe(failed);
        expect(
          new Map(finishes.map((part) => [part.choice ?? 0, part.finishReason.unified])),
        ).toEqual(
          new Map(
            Array.from(reasons, ([choice, reason]) => [
              choice,
              failed && reason === "interrupted" ? "error" : reason,
            ]),
          ),
        );
      }),
    );
  });

  test("loses no text where nothing is repeated", () => {
    fc.assert(
      fc.property(hops, (all) => {
        const own = Array.from({ length: 3 }, (_, index) =>
          run(
            text(),
            all.flatMap(({ hop, item }) => (hop === index + 1 ? [item] : [])),
          ).join(""),
        );
        const parts = run(joinHops({ maxOverlap: 0 }), all);
        expect(run(text(), parts).join("")).toBe(own.join(""));
      }),
    );
  });

  test("keeps the laws", async () => {
    await laws("joinHops", () => joinHops(), {
      input: generated(2),
      runs: 25,
      samples: [
        hopsOf([...says("The wheel tur"), ...broken], [...says("whe", "el tu", "rns."), finish()]),
      ],
      join: unitwise,
      continuations: (prefix) => {
        const hop = prefix.at(-1)?.hop ?? 1;
        const next = (...items: Part[]) => items.map((item) => ({ hop: hop + 1, item }));
        const here = (...items: Part[]) => items.map((item) => ({ hop, item }));
        const all = [0, 1].flatMap((choice): Part[] => {
          const own = choice === 0 ? {} : { choice };
          return [
            { type: "text-start", id: `x${choice}`, ...own },
            { type: "text-delta", id: `x${choice}`, delta: "?", ...own },
          ];
        });
        return [
          next(...all),
          here(...all),
          ...[0, 1].flatMap((index) => [
            here(delta("a", `text-${index}`)),
            here({ ...delta("a", `text-${index}`), choice: 1 } as Part),
            here(delta("?", `text-${index}`)),
            here({ ...delta("?", `text-${index}`), choice: 1 } as Part),
          ]),
        ];
      },
      limit: {
        stage: (max) => joinHops({ maxHeld: max }),
        fill: (length) => hopsOf(Array.from({ length }, () => error)),
      },
      hostile: [(length) => hopsOf([start(), ...Array.from({ length }, () => delta("x "))])],
    });
  });

  test("works no more for a part the more sources have failed", async () => {
    await linear("joinHops", () => joinHops({ maxOverlap: 64 }), [
      (length) =>
        Array.from({ length }, (_, index) => ({
          hop: Math.floor(index / 20) + 1,
          item: index % 20 === 0 ? start() : delta(index % 3 === 0 ? "a" : " a"),
        })),
    ]);
  });
});
