import type { Clock } from "@millrace/core/clock";
import {
  countingSource,
  failingSource,
  fakeClock,
  operatorLaws,
  slowReader,
} from "@millrace/testing";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { retry, type RetryContext } from "./index.ts";
import { opening } from "./opening.fixture.ts";
import { startAnswerServer, type AnswerServer } from "./server.fixture.ts";

const lost = () => new Error("connection lost");

/** Opens sources that fail so many times before any item, then one that gives the items. */
function failing(times: number, items: string[] = ["Hello"]) {
  const contexts: RetryContext[] = [];
  const open = (context: RetryContext) => {
    contexts.push(context);
    return context.attempt <= times ? failingSource<string>([], lost()) : items;
  };
  return { open, contexts };
}

describe("retry", () => {
  test("A source that works is opened once, at the first read", async () => {
    const { open, contexts } = failing(0, ["a", "b"]);
    const stream = retry(open);
    await Promise.resolve();
    expect(contexts).toHaveLength(0);
    expect(await slowReader(stream)).toEqual({ outputs: ["a", "b"], ending: { type: "close" } });
    expect(contexts).toMatchObject([{ attempt: 1, delivered: 0, error: undefined }]);
  });

  test("It is opened again after pauses that double, each a random part", async () => {
    const clock = fakeClock();
    const { open, contexts } = failing(2);
    const reading = slowReader(retry(open, { clock, random: () => 0.5, delay: 100 }));
    await clock.advance(49);
    expect(contexts).toHaveLength(1);
    await clock.advance(1);
    expect(contexts).toHaveLength(2);
    await clock.advance(99);
    expect(contexts).toHaveLength(2);
    await clock.advance(1);
    expect(contexts).toMatchObject([{ attempt: 1 }, { attempt: 2 }, { attempt: 3 }]);
    expect((await reading).outputs).toEqual(["Hello"]);
    expect(contexts[1]!.error).toEqual(lost());
    expect(clock.running).toBe(0);
  });

  test("The last failure surfaces, behind what its attempt gave", async () => {
    const open = ({ attempt }: RetryContext) =>
      failingSource([`meta ${String(attempt)}`], new Error(`lost ${String(attempt)}`));
    const isOutput = (item: string) => !item.startsWith("meta");
    expect(await slowReader(retry(open, { attempts: 2, delay: 0, isOutput }))).toEqual({
      outputs: ["meta 2"],
      ending: { type: "error", error: new Error("lost 2") },
    });
  });

  test("After an output the failure is final", async () => {
    const { outputs, ending } = await slowReader(retry(() => failingSource(["a"], lost())));
    expect(outputs).toEqual(["a"]);
    expect(ending).toEqual({ type: "error", error: lost() });
  });

  test("With afterOutput it goes on from what was delivered", async () => {
    const whole = ["a", "b", "c", "d"];
    const open = ({ attempt, delivered }: RetryContext) =>
      failingSource(whole.slice(delivered, attempt === 3 ? 4 : delivered + 1), lost());
    const { outputs, ending } = await slowReader(
      retry(open, { afterOutput: true, delay: 0, attempts: 3 }),
    );
    expect(outputs).toEqual(whole);
    expect(ending).toEqual({ type: "error", error: lost() });
  });

  test("With afterOutput nothing waits behind an output either", async () => {
    const source = countingSource(["text", "start", "usage"], { stall: true });
    const isOutput = (item: string) => item === "text";
    const reader = retry(() => source.readable, { afterOutput: true, isOutput }).getReader();
    const values = [];
    for (let read = 0; read < 3; read++) values.push((await reader.read()).value);
    expect(values).toEqual(["text", "start", "usage"]);
    await reader.cancel();
  });

  test("An item that says so is a failure, and nothing of its attempt comes out", async () => {
    const signals: AbortSignal[] = [];
    const errored = countingSource(["start", "error", "finish"]);
    const open = ({ attempt, signal }: RetryContext) => {
      signals.push(signal);
      return attempt === 1 ? errored.readable : ["start", "text", "error"];
    };
    const isFailure = (item: string) => item === "error";
    const isOutput = (item: string) => item !== "start";
    const { outputs } = await slowReader(retry(open, { isFailure, isOutput, delay: 0 }));
    expect(outputs).toEqual(["start", "text", "error"]); // after an output it is an item
    expect(errored).toMatchObject({ pulled: 2, cancelled: true, reason: "error" });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  });

  test("The last attempt's failing item passes, and what follows it", async () => {
    const isFailure = (item: string) => item === "error";
    const { outputs, ending } = await slowReader(
      retry(() => ["start", "error", "finish"], { isFailure, attempts: 1 }),
    );
    expect(outputs).toEqual(["start", "error", "finish"]);
    expect(ending).toEqual({ type: "close" });
  });

  test("What isOutput throws in the last attempt surfaces, behind its item", async () => {
    const error = new Error("no such field");
    const source = countingSource(["a", "b"]);
    const isOutput = () => {
      throw error;
    };
    const { outputs, ending } = await slowReader(
      retry(() => source.readable, { isOutput, attempts: 1 }),
    );
    expect(outputs).toEqual(["a"]);
    expect(ending).toEqual({ type: "error", error });
    expect(source).toMatchObject({ cancelled: true, reason: error });
  });

  test("retryAfterMs is waited for, on an error or in a part", async () => {
    for (const error of [{ retryAfterMs: 700 }, { type: "error", error: { retryAfterMs: 700 } }]) {
      const clock = fakeClock();
      let opened = 0;
      const open = () => (++opened === 1 ? failingSource<string>([], error) : ["Hello"]);
      const reading = slowReader(retry(open, { clock, random: () => 0 }));
      await clock.advance(699);
      expect(opened).toBe(1);
      await clock.advance(1);
      expect((await reading).outputs).toEqual(["Hello"]);
    }
  });

  test("It is so however often there was no pause to double", async () => {
    const clock = fakeClock();
    const pauses: number[] = [];
    const noted: Clock = {
      now: clock.now,
      after(milliseconds, callback) {
        pauses.push(milliseconds);
        return clock.after(milliseconds, callback);
      },
    };
    const open = () => failingSource<string>([], Object.assign(lost(), { retryAfterMs: 1 }));
    const reading = slowReader(retry(open, { clock: noted, attempts: 1_030, delay: 0 }));
    await clock.advance(1_030);
    expect((await reading).ending.type).toBe("error");
    expect(new Set(pauses)).toEqual(new Set([1]));
    expect(pauses).toHaveLength(1_029);
  });

  test("Whoever asks for a longer pause than maxDelay is not asked again", async () => {
    const error = Object.assign(lost(), { retryAfterMs: 60_001 });
    const { ending } = await slowReader(
      retry(() => failingSource([], error), { maxDelay: 60_000, clock: fakeClock() }),
    );
    expect(ending).toEqual({ type: "error", error });
  });

  test("What is not retryable is final, and shouldRetry decides otherwise", async () => {
    const final = [
      Object.assign(lost(), { retryable: false }),
      { type: "error", error: { retryable: false } },
      new DOMException("Stopped", "AbortError"),
    ];
    for (const error of final) {
      let opened = 0;
      const open = () => (++opened === 1 ? failingSource<string>([], error) : ["Hello"]);
      expect((await slowReader(retry(open, { delay: 0 }))).ending).toEqual({
        type: "error",
        error,
      });
      opened = 0;
      const shouldRetry = vi.fn(() => true);
      expect((await slowReader(retry(open, { delay: 0, shouldRetry }))).outputs).toEqual(["Hello"]);
      expect(shouldRetry).toHaveBeenCalledWith(error, 1);
    }
  });

  test("What `open` throws, or rejects with, is a failure too", async () => {
    const open = async ({ attempt }: RetryContext) => {
      await Promise.resolve();
      if (attempt === 2) throw lost();
      return ["Hello"];
    };
    const first = (context: RetryContext) => {
      if (context.attempt === 1) throw lost();
      return open(context);
    };
    expect((await slowReader(retry(first, { delay: 0 }))).outputs).toEqual(["Hello"]);
  });

  test("Cancelling in a pause is immediate, and nothing is opened any more", async () => {
    const clock = fakeClock();
    const { open, contexts } = failing(5);
    const reader = retry(open, { clock, random: () => 1 }).getReader();
    const pending = reader.read();
    await clock.advance(0);
    expect(clock.running).toBe(1);
    await reader.cancel("enough");
    expect((await pending).done).toBe(true);
    expect(clock.running).toBe(0);
    await clock.advance(100_000);
    expect(contexts).toHaveLength(1);
  });

  test("A signal ends it with its reason: before, while it opens, in a pause, in mid-stream", async () => {
    const reason = new Error("stop");
    expect(
      (await slowReader(retry(() => ["a"], { signal: AbortSignal.abort(reason) }))).ending,
    ).toEqual({ type: "error", error: reason });
    const mid = countingSource(["a"], { stall: true });
    const scenes: (() => ReadableStream<string> | Promise<never>)[] = [
      () => new Promise<never>(() => undefined),
      () => failingSource([], lost()),
      () => mid.readable,
    ];
    for (const open of scenes) {
      const clock = fakeClock();
      const controller = new AbortController();
      const signals: AbortSignal[] = [];
      const stream = retry<string>(
        (context) => {
          signals.push(context.signal);
          return open();
        },
        { clock, signal: controller.signal },
      );
      const reading = slowReader(stream);
      await clock.advance(0);
      controller.abort(reason);
      expect((await reading).ending).toEqual({ type: "error", error: reason });
      expect(clock.running).toBe(0);
      expect(signals.every(({ aborted }) => aborted)).toBe(true);
    }
    expect(mid).toMatchObject({ cancelled: true, reason });
  });

  test("What opens after a cancel is not read", async () => {
    const next = vi.fn(() => Promise.resolve({ done: true as const, value: undefined }));
    let open!: (source: AsyncIterable<string>) => void;
    const opening = new Promise<AsyncIterable<string>>((resolve) => (open = resolve));
    const reader = retry(() => opening).getReader();
    const reading = reader.read();
    await new Promise((resolve) => setTimeout(resolve));
    await reader.cancel("enough");
    open({ [Symbol.asyncIterator]: () => ({ next }) });
    expect(await reading).toEqual({ done: true, value: undefined });
    await new Promise((resolve) => setTimeout(resolve));
    expect(next).not.toHaveBeenCalled();
  });

  test("Whoever ends it when it is asked for another attempt gets none, and no pause is left", async () => {
    for (const where of ["open", "shouldRetry", "cancel"] as const) {
      const clock = fakeClock();
      const controller = new AbortController();
      const contexts: RetryContext[] = [];
      const stopAt = (place: string) => {
        if (place === where) controller.abort("stop");
      };
      const failed = new ReadableStream<string>(
        {
          pull: (own) => own.enqueue("failed"),
          cancel: () => stopAt("cancel"),
        },
        { highWaterMark: 0 },
      );
      const open = (context: RetryContext) => {
        contexts.push(context);
        stopAt("open");
        return failed;
      };
      const shouldRetry = () => {
        stopAt("shouldRetry");
        return true;
      };
      const { signal } = controller;
      const isFailure = (item: string) => item === "failed";
      const stream = retry(open, { clock, signal, delay: 100, shouldRetry, isFailure });
      expect((await slowReader(stream)).ending).toEqual({ type: "error", error: "stop" });
      await clock.advance(1_000);
      expect(contexts.map((context) => context.signal.aborted)).toEqual([true]);
      expect(clock.running).toBe(0);
    }
  });

  test("Nobody reads ahead of the reader", async () => {
    const source = countingSource(["a", "b", "c"]);
    const reader = retry(() => source.readable).getReader();
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve));
    expect(source.pulled).toBe(1);
    await reader.cancel("enough");
    expect(source.reason).toBe("enough");
  });

  test("Fewer attempts than one are refused, and delays that are none", () => {
    expect(() => retry(() => [], { attempts: 0 })).toThrow(RangeError);
    expect(() => retry(() => [], { delay: NaN })).toThrow(RangeError);
    expect(() => retry(() => [], { maxDelay: -1 })).toThrow(RangeError);
  });

  test("The schedule is that of full jitter, for any failures", async () => {
    const parts = fc.double({ min: 0, max: 1, noNaN: true });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ part: parts, least: fc.option(fc.nat(3_000)) }), { maxLength: 5 }),
        fc.integer({ min: 1, max: 1_000 }),
        fc.integer({ min: 500, max: 3_000 }),
        async (failures, delay, maxDelay) => {
          const clock = fakeClock();
          const opened: number[] = [];
          const open = ({ attempt }: RetryContext) => {
            opened.push(clock.now());
            const failure = failures[attempt - 1];
            if (failure === undefined) return ["Hello"];
            return failingSource<string>([], { retryAfterMs: failure.least ?? undefined });
          };
          let draws = 0;
          const random = () => failures[draws++]!.part;
          const attempts = failures.length + 1;
          const reading = slowReader(retry(open, { clock, random, attempts, delay, maxDelay }));
          await clock.advance(1_000_000);
          const { ending } = await reading;

          const expected = [0];
          let refused = false;
          for (const [index, { part, least }] of failures.entries()) {
            const pause = Math.max(part * Math.min(maxDelay, delay * 2 ** index), least ?? 0);
            if ((refused = pause > maxDelay)) break;
            expected.push(expected.at(-1)! + pause);
          }
          expect(ending.type).toBe(refused ? "error" : "close");
          expect(opened.map(Math.round)).toEqual(expected.map(Math.round));
          expect(clock.running).toBe(0);
        },
      ),
      { numRuns: 15 },
    );
  });
});

describe("retry over a real connection", () => {
  let server: AnswerServer;
  beforeAll(async () => (server = await startAnswerServer()));
  afterAll(() => server.close());

  test("A server that is busy, then hangs up, then answers", async () => {
    const text = "The mill turns slowly.";
    const answers = [{ text, status: 503 }, { text, dieAfter: 0 }, { text }];
    const stream = retry(({ attempt, signal }) => server.ask(answers[attempt - 1]!, signal), {
      delay: 1,
    });
    expect((await slowReader(stream)).outputs.join("")).toBe(text);
  });

  test("Cancelling hangs up", async () => {
    const answer = { text: "The mill turns slowly.", stallAfter: 10 };
    const reader = retry(({ signal }) => server.ask(answer, signal)).getReader();
    await reader.read();
    expect(server.open).toBe(1);
    await reader.cancel("enough");
    await vi.waitUntil(() => server.open === 0);
  });
});

test("retry keeps the laws of operators", async () => {
  await operatorLaws(
    "retry",
    opening<number>((open, { clock, signal }) => retry(open, { attempts: 1, clock, signal })),
    {
      input: fc.array(fc.nat(), { maxLength: 8 }),
      oracle: (items) => items,
      readAhead: 0,
      runs: 10,
    },
  );
});
