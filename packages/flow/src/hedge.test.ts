import {
  countingSource,
  failingSource,
  fakeClock,
  operatorLaws,
  slowReader,
} from "@millrace/testing";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { hedge, type OpenContext } from "./index.ts";
import { opening } from "./opening.fixture.ts";
import { startAnswerServer, type AnswerServer } from "./server.fixture.ts";

const lost = (which: unknown = "") => new Error(`connection lost ${String(which)}`);
const never = () => countingSource<string>([], { stall: true });

describe("hedge", () => {
  test("A source that is in time is the only one opened", async () => {
    const clock = fakeClock();
    const open = vi.fn(() => ["a", "b"]);
    const { outputs } = await slowReader(hedge(open, { after: 100, clock }));
    expect(outputs).toEqual(["a", "b"]);
    expect(open).toHaveBeenCalledTimes(1);
    expect(clock.running).toBe(0);
  });

  test("When the first is late a second is opened; who is first wins, the other is cancelled", async () => {
    const clock = fakeClock();
    const first = never();
    const contexts: OpenContext[] = [];
    const open = (context: OpenContext) => {
      contexts.push(context);
      return context.attempt === 1 ? first.readable : ["Hello"];
    };
    const reading = slowReader(hedge(open, { after: 100, clock }));
    await clock.advance(99);
    expect(contexts).toHaveLength(1);
    await clock.advance(1);
    expect((await reading).outputs).toEqual(["Hello"]);
    expect(contexts.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(first.reason).toMatchObject({ name: "AbortError" });
    expect(contexts[0]!.signal.reason).toBe(first.reason);
    expect(contexts[1]!.signal.aborted).toBe(false);
    expect(clock.running).toBe(0);
  });

  test("The first may still win", async () => {
    const clock = fakeClock();
    const second = never();
    const answer = async () => {
      await new Promise<void>((resolve) => void clock.after(150, resolve));
      return ["Hello"];
    };
    const reading = slowReader(hedge([answer, () => second.readable], { after: 100, clock }));
    await clock.advance(150);
    expect((await reading).outputs).toEqual(["Hello"]);
    expect(second.cancelled).toBe(true);
  });

  test("What comes before an output does not win, and goes out with it", async () => {
    const clock = fakeClock();
    const eager = countingSource(["status", "status"], { stall: true });
    const sources = [() => eager.readable, () => ["status", "text"]];
    const isOutput = (item: string) => item !== "status";
    const reading = slowReader(hedge(sources, { after: 10, clock, isOutput }));
    await clock.advance(10);
    expect((await reading).outputs).toEqual(["status", "text"]);
    expect(eager.cancelled).toBe(true);
  });

  test("A source that fails is replaced at once, and its error does not surface", async () => {
    const clock = fakeClock();
    const { outputs } = await slowReader(
      hedge([() => failingSource<string>([], lost()), () => ["Hello"]], { after: 1_000, clock }),
    );
    expect(outputs).toEqual(["Hello"]);
    expect(clock.running).toBe(0);
  });

  test("When all fail it is the last failure that surfaces, behind what came with it", async () => {
    const sources = [1, 2, 3].map((n) => () => failingSource([`status ${String(n)}`], lost(n)));
    const isOutput = (item: string) => !item.startsWith("status");
    expect(await slowReader(hedge(sources, { after: 5, isOutput }))).toEqual({
      outputs: ["status 3"],
      ending: { type: "error", error: lost(3) },
    });
  });

  test("An item that is a failure loses; if all lose, the last one's items pass", async () => {
    const isFailure = (item: string) => item === "error";
    const options = { after: 5, isFailure };
    const errored = countingSource(["error", "finish"]);
    expect(
      (await slowReader(hedge([() => errored.readable, () => ["text"]], options))).outputs,
    ).toEqual(["text"]);
    expect(errored).toMatchObject({ pulled: 1, cancelled: true });
    expect((await slowReader(hedge(() => ["error", "finish"], options))).outputs).toEqual([
      "error",
      "finish",
    ]);
  });

  test("An empty answer is an answer", async () => {
    const { outputs, ending } = await slowReader(hedge([() => [], () => ["a"]], { after: 5 }));
    expect(outputs).toEqual([]);
    expect(ending).toEqual({ type: "close" });
  });

  test("Later failures of the winner are its own", async () => {
    const { outputs, ending } = await slowReader(
      hedge(() => failingSource(["a"], lost()), { after: 5 }),
    );
    expect(outputs).toEqual(["a"]);
    expect(ending).toEqual({ type: "error", error: lost() });
  });

  test("Cancelling in the race cancels all, with the reason", async () => {
    const clock = fakeClock();
    const sources = [never(), never(), never()];
    const opens = sources.map(
      ({ readable }) =>
        () =>
          readable,
    );
    const reader = hedge(opens, { after: 10, clock }).getReader();
    const pending = reader.read();
    await clock.advance(10);
    await reader.cancel("enough");
    expect((await pending).done).toBe(true);
    await clock.advance(1_000);
    expect(sources.map(({ cancelled, reason }) => [cancelled, reason])).toEqual([
      [true, "enough"],
      [true, "enough"],
      [false, undefined],
    ]);
    expect(clock.running).toBe(0);
  });

  test("What opens after it has lost is cancelled", async () => {
    const clock = fakeClock();
    const late = never();
    const slow = async () => {
      await new Promise<void>((resolve) => void clock.after(500, resolve));
      return late.readable;
    };
    const reading = slowReader(hedge([slow, () => ["Hello"]], { after: 10, clock }));
    await clock.advance(10);
    await reading;
    await clock.advance(500);
    expect(late).toMatchObject({ pulled: 0, cancelled: true });
  });

  test("A signal ends it with its reason", async () => {
    const clock = fakeClock();
    const source = never();
    const controller = new AbortController();
    const { signal } = controller;
    const reading = slowReader(hedge(() => source.readable, { after: 10, clock, signal }));
    await clock.advance(0);
    controller.abort("stop");
    expect((await reading).ending).toEqual({ type: "error", error: "stop" });
    expect(source.reason).toBe("stop");
    expect(clock.running).toBe(0);
  });

  test("Whoever ends it when a source opens, or is let go of, gets no other", async () => {
    for (const where of ["open", "cancel"]) {
      const clock = fakeClock();
      const controller = new AbortController();
      const contexts: OpenContext[] = [];
      const reasons: unknown[] = [];
      const open = (context: OpenContext) => {
        contexts.push(context);
        if (where === "open") controller.abort("stop");
        return new ReadableStream<string>(
          {
            pull: (own) => own.enqueue("failed"),
            cancel(reason) {
              reasons.push(reason);
              controller.abort("stop");
            },
          },
          { highWaterMark: 0 },
        );
      };
      const { signal } = controller;
      const isFailure = (item: string) => item === "failed";
      const stream = hedge(open, { after: 10, clock, signal, isFailure });
      expect((await slowReader(stream)).ending).toEqual({ type: "error", error: "stop" });
      await clock.advance(1_000);
      expect(contexts.map((context) => context.signal.aborted)).toEqual([true]);
      expect(reasons).toEqual([where === "open" ? "stop" : "failed"]);
      expect(clock.running).toBe(0);
    }
  });

  test("Nobody reads ahead of the reader", async () => {
    const source = countingSource(["a", "b", "c"]);
    const reader = hedge(() => source.readable, { after: 5 }).getReader();
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve));
    expect(source.pulled).toBe(1);
    await reader.cancel("enough");
    expect(source.reason).toBe("enough");
  });

  test("No source is refused, and no time to wait", () => {
    expect(() => hedge([], { after: 5 })).toThrow(RangeError);
    expect(() => hedge(() => [], { after: NaN })).toThrow(RangeError);
    expect(() => hedge(() => [], { after: -1 })).toThrow(RangeError);
  });

  test("Who wins, and what is opened when, is what a table of times says", async () => {
    const source = fc.record({ takes: fc.integer({ min: 1, max: 400 }), fails: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(
        fc.array(source, { minLength: 1, maxLength: 4 }),
        fc.integer({ min: 1, max: 200 }),
        async (sources, after) => {
          const clock = fakeClock();
          const opened: number[] = [];
          const opens = sources.map(({ takes, fails }, index) => async () => {
            opened.push(clock.now());
            // No two things happen at once: the odds are open.
            await new Promise<void>((resolve) => void clock.after(takes + index / 8, resolve));
            if (fails) throw lost(index);
            return [String(index)];
          });
          const reading = slowReader(hedge(opens, { after: after + 1 / 16, clock }));
          await clock.advance(10_000);
          const { outputs, ending } = await reading;
          const expected = simulate(sources, after + 1 / 16);
          expect(opened).toEqual(expected.opened);
          expect(outputs).toEqual(expected.winner === undefined ? [] : [String(expected.winner)]);
          expect(ending.type).toBe(expected.winner === undefined ? "error" : "close");
          expect(clock.running).toBe(0);
        },
      ),
      { numRuns: 20 },
    );
  });
});

/** Moment by moment, in sixteenths of a millisecond. */
function simulate(sources: readonly { takes: number; fails: boolean }[], after: number) {
  const opened = [0];
  let failed = 0;
  for (let now = 0; ; now += 1 / 16) {
    for (const [index, at] of opened.entries()) {
      const { takes, fails } = sources[index]!;
      if (now !== at + takes + index / 8) continue;
      if (!fails) return { opened, winner: index };
      failed++;
      if (failed === sources.length) return { opened, winner: undefined };
      if (failed === opened.length) opened.push(now);
    }
    if (opened.length < sources.length && now === opened.at(-1)! + after) opened.push(now);
  }
}

describe("hedge over a real connection", () => {
  let server: AnswerServer;
  beforeAll(async () => (server = await startAnswerServer()));
  afterAll(() => server.close());

  test("A server that does not answer is hung up on", async () => {
    const text = "The mill turns slowly.";
    const answers = [{ text, stallAfter: 0 }, { text }];
    const stream = hedge(({ attempt, signal }) => server.ask(answers[attempt - 1]!, signal), {
      after: 20,
    });
    expect((await slowReader(stream)).outputs.join("")).toBe(text);
    expect(server.asked).toBe(2);
    await vi.waitUntil(() => server.open === 0);
  });
});

test("hedge keeps the laws of operators", async () => {
  await operatorLaws(
    "hedge",
    opening<number>((open, { clock, signal }) => hedge([open], { after: 10, clock, signal })),
    {
      input: fc.array(fc.nat(), { maxLength: 8 }),
      oracle: (items) => items,
      readAhead: 0,
      runs: 10,
    },
  );
});
