import { graphemes, words } from "@millrace/buffers";
import { pipe, run } from "@millrace/core";
import {
  countingSource,
  cuts,
  failingSource,
  fakeClock,
  laws,
  operatorLaws,
  slowReader,
  type FakeClock,
} from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { smooth, type SmoothOptions } from "./index.ts";
import { startAnswerServer } from "./server.fixture.ts";
import { textUnits } from "./text-units.ts";

/** Plays items that arrive at these times, and tells when each came out. */
async function timed<T>(
  arrivals: readonly [at: number, item: T][],
  options: SmoothOptions = {},
): Promise<[at: number, item: T][]> {
  const clock = fakeClock();
  const out: [number, T][] = [];
  const reading = (async () => {
    const paced = pipe(arriving(arrivals, clock)).pipeThrough(smooth<T>({ clock, ...options }));
    for await (const item of paced) out.push([clock.now(), item]);
  })();
  await clock.advance(1_000 + (arrivals.at(-1)?.[0] ?? 0));
  await reading;
  expect(clock.running).toBe(0);
  return out;
}

async function* arriving<T>(
  arrivals: readonly [at: number, item: T][],
  clock: FakeClock,
): AsyncGenerator<T> {
  for (const [at, item] of arrivals) {
    if (at > clock.now()) {
      await new Promise<void>((resolve) => void clock.after(at - clock.now(), resolve));
    }
    yield item;
  }
}

const at = (time: number, items: string): [number, string][] =>
  items.split("").map((item) => [time, item]);

describe("smooth", () => {
  test("The first item comes at once, and a burst at a pace that slows down", async () => {
    const out = await timed(at(10, "abcde"), { latency: 100 });
    expect(out.map(([, item]) => item).join("")).toBe("abcde");
    expect(out[0]).toEqual([10, "a"]);
    const pauses = out.slice(1).map(([time], index) => Math.round(time - out[index]![0]));
    expect(pauses).toEqual([5, 7, 10, 20]);
  });

  test("A steady stream slower than a fifth of the latency is not held back", async () => {
    const arrivals = Array.from({ length: 10 }, (_, n): [number, number] => [n * 20, n]);
    expect(await timed(arrivals, { latency: 100 })).toEqual(arrivals);
  });

  test("A large burst is played within the latency", async () => {
    const out = await timed(at(0, "x".repeat(900)), { latency: 200 });
    expect(out.at(-1)![0]).toBeLessThanOrEqual(200);
    const half = out.filter(([time]) => time < 50).length;
    expect(half).toBeLessThan(800);
  });

  test("By words it shows whole words, whatever the network does", async () => {
    const arrivals: [number, string][] = [
      [0, "The mi"],
      [5, "ll tur"],
      [400, "ns."],
    ];
    const out = await timed(arrivals, { by: words(), latency: 100 });
    expect(out.map(([, item]) => item)).toEqual(["The ", "mill ", "turns."]);
    expect(out[0]![0]).toBe(0);
  });

  test("Of parts text is paced, and the others keep their place", async () => {
    const parts = [
      { type: "text-start", id: "0" },
      { type: "text-delta", id: "0", delta: "The mill" },
      { type: "status", status: "busy" },
      { type: "text-delta", id: "0", delta: " turns." },
      { type: "text-end", id: "0" },
      { type: "finish" },
    ];
    const plain = await timed(
      parts.map((part) => [0, part]),
      { latency: 100 },
    );
    expect(plain.map(([, part]) => part)).toEqual(parts);
    expect(plain.map(([time]) => time)).toEqual([0, 0, 0, 20, 20, 20]);
    const cut = await timed(
      parts.map((part) => [0, part]),
      { latency: 100, by: words() },
    );
    expect(cut.map(([, part]) => part)).toEqual([
      { type: "text-start", id: "0" },
      { type: "text-delta", id: "0", delta: "The " },
      { type: "status", status: "busy" },
      { type: "text-delta", id: "0", delta: "mill " },
      { type: "text-delta", id: "0", delta: "turns." },
      { type: "text-end", id: "0" },
      { type: "finish" },
    ]);
  });

  test("Blocks do not mix, and what is reset is dropped", () => {
    const delta = (id: string, text: string) => ({ type: "text-delta", id, delta: text });
    const outputs = run(textUnits(words()), [
      delta("0", "The "),
      { type: "reasoning-delta", id: "1", delta: "Hm, " },
      delta("0", "mill"),
      { type: "reset", blocks: ["1"] },
      delta("2", "Yes"),
      { type: "finish" },
    ]);
    expect(outputs).toEqual([
      delta("0", "The "),
      { type: "reset", blocks: ["1"] },
      delta("0", "mill"),
      delta("2", "Yes"),
      { type: "finish" },
    ]);
  });

  test("What a provider says beside the text of a delta comes behind it", () => {
    const providerMetadata = { google: { thoughtSignature: "s" } };
    const delta = { type: "text-delta", id: "0", choice: 1 };
    expect(
      run(textUnits(words()), [{ ...delta, delta: "The mill", providerMetadata }, { type: "end" }]),
    ).toEqual([
      { ...delta, delta: "The " },
      { ...delta, delta: "", providerMetadata },
      { type: "end" },
      { ...delta, delta: "mill" },
    ]);
  });

  test("The end of one answer ends no block of another", () => {
    const delta = (text: string) => ({ type: "text-delta", id: "0", choice: 1, delta: text });
    const outputs = run(textUnits<object>(words()), [
      delta("The mi"),
      { type: "finish" },
      delta("ll"),
      { type: "finish", choice: 1 },
    ]);
    expect(outputs).toEqual([
      delta("The "),
      { type: "finish" },
      delta("mill"),
      { type: "finish", choice: 1 },
    ]);
  });

  test("What waits comes before the error", async () => {
    const source = failingSource(["a", "b", "c"], new Error("lost"));
    const { outputs, ending } = await slowReader(source.pipeThrough(smooth({ latency: 10 })));
    expect(outputs).toEqual(["a", "b", "c"]);
    expect(ending).toMatchObject({ type: "error", error: { message: "lost" } });
  });

  test("What `by` throws comes behind what waits, and cancels the source", async () => {
    const source = countingSource(["The mill", "mill"]);
    const by = words({ maxLength: 6 });
    const { outputs, ending } = await slowReader(
      source.readable.pipeThrough(smooth<string>({ by, latency: 10 })),
    );
    expect(outputs).toEqual(["The ", "millmi"]);
    expect(ending).toMatchObject({ type: "error", error: { code: "limit", stage: "words" } });
  });

  test("Over a real connection the answer is whole, and cancelling hangs up", async () => {
    const server = await startAnswerServer();
    const { signal } = new AbortController();
    const text = "The mill turns slowly, and the water runs.";
    const paced = (await server.ask({ text }, signal)).pipeThrough(
      smooth<string>({ by: words(), latency: 20 }),
    );
    expect((await slowReader(paced)).outputs).toEqual(run(words(), [text]));
    const stalled = (await server.ask({ text, stallAfter: 12 }, signal)).pipeThrough(
      smooth<string>({ latency: 20 }),
    );
    const reader = stalled.getReader();
    await reader.read();
    await reader.cancel("enough");
    await vi.waitUntil(() => server.open === 0);
    await server.close();
  });

  test("It reads ahead so far and no further, and cancels at once", async () => {
    const clock = fakeClock();
    const source = countingSource(Array.from({ length: 100 }, (_, n) => n));
    const reader = source.readable.pipeThrough(smooth({ clock, maxAhead: 10 })).getReader();
    await reader.read();
    await clock.advance(10_000);
    expect(source.pulled).toBeLessThanOrEqual(1 + 10 + 2);
    void reader.read();
    void reader.read();
    await clock.advance(0);
    await reader.cancel("enough");
    await clock.advance(0);
    expect(source.reason).toBe("enough");
    expect(clock.running).toBe(0);
  });

  test("Impossible options are refused", () => {
    expect(() => smooth({ latency: -1 })).toThrow(RangeError);
    expect(() => smooth({ latency: NaN })).toThrow(RangeError);
    expect(() => smooth({ latency: Infinity })).toThrow(RangeError);
    expect(() => smooth({ maxAhead: 0 })).toThrow(RangeError);
  });

  test("Whatever comes when, nothing is lost, swapped, or held longer than the latency", async () => {
    const arrival = fc.record({ after: fc.oneof(fc.constant(0), fc.nat(300)), count: fc.nat(40) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(arrival, { maxLength: 6 }),
        fc.integer({ min: 0, max: 500 }),
        async (bursts, latency) => {
          let now = 0;
          const arrivals = bursts.flatMap(({ after, count }) => {
            now += after;
            return Array.from({ length: count }, (): [number, number] => [now, 0]);
          });
          for (const [index, each] of arrivals.entries()) each[1] = index;
          const out = await timed(arrivals, { latency });
          expect(out.map(([, item]) => item)).toEqual(arrivals.map(([, item]) => item));
          for (const [index, [time]] of out.entries()) {
            expect(time - arrivals[index]![0]).toBeLessThanOrEqual(latency + 1e-6); // what floats add
          }
        },
      ),
      { numRuns: 8 },
    );
  });

  test("A turn that was taken early delays nobody beyond the latency", async () => {
    const out = await timed(at(0, "x".repeat(32)), { latency: 1 });
    expect(out.at(-1)![0]).toBeLessThanOrEqual(1);
  });

  test.each([
    ["words", () => words()],
    ["graphemes", () => graphemes()],
  ])("With %s, which units come is the same for every cut", async (_, by) => {
    const text = fc.string({ unit: fc.constantFrom("a", "é", " ", "\n", "👩‍🚀", "🇩🇪") });
    await fc.assert(
      fc.asyncProperty(cuts(text), async (pieces) => {
        const { outputs } = await slowReader(
          pipe(pieces).pipeThrough(smooth<string>({ by: by(), latency: 0 })),
        );
        expect(outputs).toEqual(run(by(), [pieces.join("")]));
      }),
      { numRuns: 12 },
    );
  });

  test("As a stage, its cutter keeps the laws", async () => {
    await laws("textUnits", () => textUnits<string>(words()), {
      input: fc.string({ unit: fc.constantFrom("a", " ", "\n") }),
      samples: ["The mill  turns. "],
      oracle: (text) => text.match(/\s*\S+\s*|\s+/g) ?? [],
      continuations: ["a", " "],
      lossless: true,
      runs: 30,
    });
  });

  test("It keeps the laws of operators", async () => {
    await operatorLaws(
      "smooth",
      ({ clock }) => smooth<number>({ clock, latency: 50, maxAhead: 4 }),
      {
        input: fc.array(fc.nat(), { maxLength: 8 }),
        oracle: (items) => items,
        readAhead: 4 + 2,
        tick: 10,
        runs: 5,
      },
    );
  });
});
