import { pipe, run } from "@millrace/core";
import { fakeClock, failingSource, laws, slowReader } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { countDurations } from "./durations.ts";
import { metrics, type Metrics, type MetricsOptions } from "./index.ts";
import { startAnswerServer, type Answer } from "./server.fixture.ts";

type Item = string | Uint8Array | Record<string, unknown>;

/** Runs items through the stage, each so many milliseconds after the one before it. */
async function timed(
  items: readonly [after: number, item: Item][],
  options: MetricsOptions<Item> = {},
  finish: { after?: number; error?: unknown } = {},
): Promise<Metrics> {
  const clock = fakeClock();
  const onEnd = vi.fn<(metrics: Metrics) => void>();
  const machine = metrics<Item>({ clock, onEnd, ...options }).start(() => undefined);
  for (const [after, item] of items) {
    await clock.advance(after);
    machine.push(item);
  }
  await clock.advance(finish.after ?? 0);
  if ("error" in finish) expect(() => machine.fail(finish.error)).not.toThrow();
  else machine.flush();
  expect(onEnd).toHaveBeenCalledTimes(1);
  return onEnd.mock.calls[0]![0];
}

describe("metrics", () => {
  test("It takes the time to the first chunk, the first text and the end", async () => {
    const figures = await timed(
      [
        [100, { type: "response-metadata", modelId: "mill-1" }],
        [150, { type: "text-delta", id: "0", delta: "Hello" }],
        [50, { type: "text-delta", id: "0", delta: " you" }],
      ],
      {},
      { after: 200 },
    );
    expect(figures).toMatchObject({
      ending: "closed",
      error: undefined,
      timeToFirstChunk: 0.1,
      timeToFirstText: 0.25,
      duration: 0.5,
      chunks: 3,
      characters: 9,
      model: "mill-1",
    });
  });

  test("It counts from the request, if told when that was", async () => {
    const figures = await timed([[100, "a"]], { since: -400 });
    expect(figures.timeToFirstChunk).toBe(0.5);
    expect(figures.duration).toBe(0.5);
  });

  test("Text is text, bytes are bytes, and textOf says what else is", async () => {
    expect(
      await timed([
        [10, ""],
        [10, "ab"],
        [10, new Uint8Array(3)],
      ]),
    ).toMatchObject({
      chunks: 3,
      characters: 2,
      bytes: 3,
      timeToFirstText: 0.02,
    });
    const textOf = (item: Item) => (item as { content?: string }).content;
    expect(await timed([[10, { content: "abc" }]], { textOf })).toMatchObject({
      characters: 3,
      timeToFirstText: 0.01,
    });
  });

  test("Keep-alives do not count, and break no silence", async () => {
    const figures = await timed([
      [10, { type: "status", status: "queued" }],
      [10, "a"],
      [1_500, { type: "ping" }],
      [1_500, "b"],
    ]);
    expect(figures).toMatchObject({ chunks: 2, timeToFirstChunk: 0.02 });
    expect(figures.timePerChunk?.max).toBe(3);
    expect(figures.stalls).toEqual({ count: 1, total: 3 });
  });

  test("A silence that is too long is a stall, the one before the end too", async () => {
    const figures = await timed(
      [
        [9_000, "a"],
        [400, "b"],
        [501, "c"],
      ],
      { stallAfter: 500 },
      { after: 1_000, error: new Error("timed out") },
    );
    expect(figures.stalls).toEqual({ count: 2, total: 1.501 });
    expect(figures.timePerChunk?.counts.map(([, count]) => count)).toEqual([1, 1]);
  });

  test("Tokens a second come from usage, behind the first token", async () => {
    const usage = { inputTokens: { total: 7 }, outputTokens: { total: 21 } };
    expect(
      await timed([
        [5_000, { type: "reasoning-delta", id: "r", delta: "Hm" }],
        [2_000, { type: "text-delta", id: "0", delta: "Hello" }],
        [700, { type: "finish", finishReason: { unified: "stop" }, usage }],
      ]),
    ).toMatchObject({
      tokensFrom: "usage",
      tokensPerSecond: 10,
      inputTokens: 7,
      outputTokens: 21,
    });
  });

  test("Reasoning that is not shown is not streamed", async () => {
    const usage = { outputTokens: { total: 121, reasoning: 100 } };
    const figures = await timed([
      [5_000, { type: "text-delta", id: "0", delta: "Hello" }],
      [2_000, { type: "text-delta", id: "0", delta: " you" }],
      [0, { type: "usage", usage }],
    ]);
    expect(figures).toMatchObject({ tokensPerSecond: 10, outputTokens: 121 });
  });

  test("Usage that was told before the text is not taken for all of it", async () => {
    const usage = { inputTokens: { total: 7 }, outputTokens: { total: 1 } };
    const begun: [number, Item][] = [
      [5_000, { type: "usage", usage }],
      [0, { type: "text-delta", id: "0", delta: "Hello" }],
      [500, { type: "text-delta", id: "0", delta: " you" }],
    ];
    const counted = { tokensFrom: "chunks", tokensPerSecond: 2 };
    expect(await timed(begun)).toMatchObject(counted);
    const finish = (unified: string) => ({ type: "finish", finishReason: { unified }, usage });
    expect(await timed([...begun, [0, finish("interrupted")]])).toMatchObject(counted);
    expect(await timed([...begun, [0, finish("stop")]])).toMatchObject({ tokensFrom: "usage" });
  });

  test("Without usage chunks of text are counted", async () => {
    expect(
      await timed([
        [5_000, "a"],
        [250, "b"],
        [250, "c"],
      ]),
    ).toMatchObject({
      tokensFrom: "chunks",
      tokensPerSecond: 4,
    });
    expect((await timed([[5_000, "a"]])).tokensPerSecond).toBeUndefined();
  });

  test("It tells how the stream ended", async () => {
    const error = { kind: "overloaded", message: "", retryable: true };
    const finish = (unified: string) => ({ type: "finish", finishReason: { unified } });
    const aborted = new DOMException("Stopped", "AbortError");
    const lost = new Error("lost");
    const endings: [Item[], { error?: unknown }, Metrics["ending"], unknown][] = [
      [["a", finish("stop")], {}, "closed", undefined],
      [["a"], { error: lost }, "failed", lost],
      [["a"], { error: aborted }, "cancelled", aborted],
      [[{ type: "error", error }, finish("error")], {}, "failed", error],
      [[{ type: "error", error }, finish("stop")], {}, "closed", undefined],
      [[{ type: "error", error: { kind: "aborted" } }], {}, "cancelled", { kind: "aborted" }],
      [["a", finish("interrupted")], {}, "failed", "interrupted"],
      [["a", finish("error"), { ...finish("stop"), choice: 1 }], {}, "failed", "error"],
    ];
    for (const [items, how, ending, error] of endings) {
      const figures = await timed(
        items.map((item) => [1, item]),
        {},
        how,
      );
      expect(figures).toMatchObject({ ending });
      expect(figures.error).toEqual(error);
    }
  });

  test("A snapshot can be taken at any time, by whoever cancels too", async () => {
    const clock = fakeClock();
    const meter = metrics<string>({ clock });
    expect(meter.snapshot()).toMatchObject({ ending: "open", chunks: 0, timePerChunk: undefined });
    const reader = pipe(["a", "b", "c"], meter).getReader();
    await reader.read();
    await clock.advance(250);
    await reader.read();
    expect(meter.snapshot()).toMatchObject({ ending: "open", chunks: 2, duration: 0.25 });
    await reader.cancel();
    expect(meter.snapshot().ending).toBe("open");
  });

  test("It passes everything, the failure too", async () => {
    const error = new Error("lost");
    const onEnd = vi.fn();
    const read = await slowReader(
      pipe(failingSource(["a", "b"], error), metrics<string>({ onEnd })),
    );
    expect(read).toEqual({ outputs: ["a", "b"], ending: { type: "error", error } });
    expect(onEnd).toHaveBeenCalledTimes(1);
    expect(run(metrics(), [undefined, null, 1])).toEqual([undefined, null, 1]);
  });

  test("What onEnd throws is the error, and it is not called again", async () => {
    const error = new Error("no such meter");
    const onEnd = vi.fn(() => {
      throw error;
    });
    const read = await slowReader(pipe(["a"], metrics<string>({ onEnd })));
    expect(read).toEqual({ outputs: ["a"], ending: { type: "error", error } });
    expect(onEnd).toHaveBeenCalledTimes(1);
  });

  test("Over a real connection it tells of answers that end, break and stall", async () => {
    const server = await startAnswerServer();
    const controller = new AbortController();
    const { signal } = controller;
    const text = "The mill turns slowly.";
    const measure = async (answer: Answer) => {
      const meter = metrics<string>({ since: performance.now() });
      return { meter, reading: slowReader(pipe(await server.ask(answer, signal), meter)) };
    };
    const whole = await measure({ text });
    await whole.reading;
    const figures = whole.meter.snapshot();
    expect(figures).toMatchObject({ ending: "closed", characters: text.length });
    expect(figures.timeToFirstText).toBeLessThanOrEqual(figures.duration);

    const broken = await measure({ text, dieAfter: 10 });
    await broken.reading;
    expect(broken.meter.snapshot()).toMatchObject({ ending: "failed", characters: 10 });

    const stalled = await measure({ text, stallAfter: 5 });
    await vi.waitUntil(() => stalled.meter.snapshot().characters === 5);
    controller.abort();
    await stalled.reading;
    expect(stalled.meter.snapshot()).toMatchObject({ ending: "cancelled", characters: 5 });
    await server.close();
  });

  test("An item that has no usage although it has the field is no part, and passes", () => {
    const chunks = [
      { choices: [], usage: null },
      { usage: "none" },
      { usage: { outputTokens: null } },
    ];
    const meter = metrics<unknown>();
    expect(run(meter, chunks)).toEqual(chunks);
    expect(meter.snapshot()).toMatchObject({ chunks: 3, outputTokens: undefined });
  });

  test("It keeps the laws", async () => {
    await laws("metrics", () => metrics<unknown>(), {
      input: fc.array(fc.anything()),
      oracle: (items) => items,
      continuations: [[1], [2]],
      lossless: (outputs) => [...outputs],
    });
  });
});

test("Durations are counted within one percent, in bounded space", () => {
  const length = fc.oneof(
    fc.constantFrom(0, 0.0005, 0.001, 0.0011, 1, 1_000, 9_000_000),
    fc.double({ min: 0, max: 60_000, noNaN: true }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  );
  fc.assert(
    fc.property(
      fc.array(length, { minLength: 1, maxLength: 300 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (lengths, part) => {
        const durations = countDurations();
        for (const each of lengths) durations.add(each);
        const sorted = [...lengths].sort((one, other) => one - other);
        const exact = sorted[Math.max(1, Math.ceil(part * sorted.length)) - 1]!;
        expect(Math.abs(durations.quantile(part) - exact)).toBeLessThanOrEqual(
          0.01 * exact + 0.001,
        );
        expect(durations.max).toBe(sorted.at(-1));
        expect(durations.count).toBe(lengths.length);
        const entries = durations.entries();
        expect(entries.reduce((sum, [, count]) => sum + count, 0)).toBe(lengths.length);
        expect(entries.map(([each]) => each)).toEqual(
          entries.map(([each]) => each).sort((a, b) => a - b),
        );
      },
    ),
  );
});
