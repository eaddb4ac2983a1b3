import { map, pipe } from "@millrace/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  operatorLaws,
  type MakeOperator,
  type OperatorLawsOptions,
  type OperatorWorld,
  type Outcome,
} from "./index.ts";

// Right operators, and then one wrong in a single way for each thing that the laws forbid.

const options: OperatorLawsOptions<number, number> = {
  input: fc.array(fc.nat(9), { maxLength: 6 }),
  samples: [[], [1, 2, 3]],
  oracle: (items) => items,
  readAhead: 0,
  runs: 8,
};

const PACE = 10;

/** What a careless author forgets, or does. */
type Fault =
  | "no cancel"
  | "another reason"
  | "a timer"
  | "a listener"
  | "no obedience"
  | "no look at its signal"
  | "a lock"
  | "another item"
  | "a late item"
  | "no error"
  | "a rejection"
  | "a cancel that fails";

/** Passes items on, each after a while, as one writes it with the platform alone; with one fault. */
function handMade(
  source: ReadableStream<number>,
  { clock, signal }: OperatorWorld,
  fault?: Fault,
): ReadableStream<number> {
  const reader = source.getReader();
  let stopTimer = (): void => undefined;
  let controller!: ReadableStreamDefaultController<number>;

  function letGo(): void {
    if (fault !== "a timer") stopTimer();
    if (fault !== "a listener") signal.removeEventListener("abort", abort);
    if (fault !== "a lock") reader.releaseLock();
  }

  function abort(): void {
    if (fault === "no obedience") return;
    reader.cancel(signal.reason).catch(ignore);
    letGo();
    controller.error(signal.reason);
  }

  signal.addEventListener("abort", abort);
  if (signal.aborted && fault !== "no look at its signal") queueMicrotask(abort);
  return new ReadableStream<number>(
    {
      start(given) {
        controller = given;
      },
      async pull() {
        await new Promise<void>((resolve) => (stopTimer = clock.after(PACE, resolve)));
        try {
          const item = { isLate: false };
          const waited = setTimeout(() => (item.isLate = true));
          const { done, value } = await reader.read();
          clearTimeout(waited);
          if (!done) {
            if (item.isLate && fault === "a late item") return;
            controller.enqueue(fault === "another item" ? value + 1 : value);
            return;
          }
          letGo();
          controller.close();
        } catch (error) {
          letGo();
          if (fault === "no error") controller.close();
          else controller.error(error);
        }
      },
      cancel(reason) {
        const given: unknown = fault === "another reason" ? new Error("Cancelled") : reason;
        if (fault === "a cancel that fails") void reader.cancel(given);
        else if (fault !== "no cancel") reader.cancel(given).catch(ignore);
        letGo();
        if (fault === "a rejection") void Promise.reject(new Error("Nobody listens"));
      },
    },
    { highWaterMark: 0 },
  );
}

function ignore(): void {
  // Nobody is left who could be told.
}

/** Gives an item when the next one has come. */
function lastHeld(source: ReadableStream<number>): ReadableStream<number> {
  let held: number[] = [];
  return source.pipeThrough(
    new TransformStream<number, number>(
      {
        transform(item, controller) {
          for (const earlier of held) controller.enqueue(earlier);
          held = [item];
        },
        flush(controller) {
          for (const earlier of held) controller.enqueue(earlier);
        },
      },
      undefined,
      { highWaterMark: 0 },
    ),
  );
}

describe("The laws of operators hold for", () => {
  test("a function from stream to stream that reads nothing ahead", async () => {
    const double = (source: ReadableStream<number>) =>
      pipe(
        source,
        map((n: number) => n * 2),
      );
    const oracle = (items: readonly number[]) => items.map((n) => n * 2);
    await operatorLaws("double", () => double, { ...options, oracle });
  });

  test("one that is switched off, and gives its source itself", async () => {
    await operatorLaws("off", () => (source) => source, options);
  });

  test("a transform stream, which takes two items ahead", async () => {
    await operatorLaws("map", () => map(Number), { ...options, readAhead: 2 });
    const verdict = operatorLaws("map", () => map(Number), options);
    await expect(verdict).rejects.toThrow("the source is pulled although nobody reads");
  });

  test("one that lets go of its timers and its listener, while time passes", async () => {
    const make: MakeOperator<number, number> = (world) => (source) => handMade(source, world);
    await operatorLaws("handMade", make, { ...options, tick: PACE, runs: 4 });
  });

  test("one that is not to be had when its signal has aborted", async () => {
    const make: MakeOperator<number, number> = (world) => (source) => {
      world.signal.throwIfAborted();
      return handMade(source, world, "no look at its signal");
    };
    await operatorLaws("handMade", make, { ...options, tick: PACE, runs: 2 });
  });

  test("one that closes when its source fails, as declared", async () => {
    const make: MakeOperator<number, number> = (world) => (source) =>
      handMade(source, world, "no error");
    await operatorLaws("forgiving", make, {
      ...options,
      tick: PACE,
      runs: 2,
      failing: (items) => ({ outputs: items, ending: { type: "close" } }),
    });
  });

  test("one whose order is open, in a form in which it is not", async () => {
    const swapped = (items: readonly number[]) => [...items].reverse();
    const sorted = (items: readonly number[]) => [...items].sort((a, b) => a - b);
    const make = () => (source: ReadableStream<number>) => pipe(source);
    await operatorLaws("swapped", make, { ...options, oracle: swapped, join: sorted });
    const verdict = operatorLaws("swapped", make, { ...options, oracle: swapped });
    await expect(verdict).rejects.toThrow("a slow reader sees something else");
  });

  test("one that holds its last item back, as declared", async () => {
    const failing = (items: readonly number[], error: Error): Outcome<number> => ({
      outputs: items.slice(0, -1),
      ending: { type: "error", error },
    });
    const declared = { ...options, readAhead: 3, failing };
    await operatorLaws("lastHeld", () => lastHeld, { ...declared, hold: 1 });
    const verdict = operatorLaws("lastHeld", () => lastHeld, declared);
    await expect(verdict).rejects.toThrow("not all is given while the source is silent");
  });
});

describe("They catch an operator that", () => {
  test.each<[habit: string, fault: Fault, problem: string]>([
    ["does not cancel its source", "no cancel", "the source is not cancelled"],
    ["cancels with a reason of its own", "another reason", "cancelled with another reason"],
    ["leaves a timer running", "a timer", "timers go on running"],
    ["goes on listening", "a listener", "its signal is still listened to"],
    ["does not obey its signal", "no obedience", "the source is not cancelled"],
    ["keeps its source locked", "a lock", "the source stays locked"],
    ["asks no signal that has aborted before", "no look at its signal", "has aborted before"],
    ["loses an item that it has to wait for", "a late item", "the source is slow"],
    ["changes an item", "another item", "a slow reader sees something else"],
    ["swallows an error", "no error", "data before error"],
    ["leaves a rejection unhandled", "a rejection", "it leaves rejections unhandled"],
    ["takes every cancel for a success", "a cancel that fails", "it leaves rejections unhandled"],
  ])("%s", async (_, fault, problem) => {
    const make: MakeOperator<number, number> = (world) => (source) =>
      handMade(source, world, fault);
    const verdict = operatorLaws("handMade", make, { ...options, tick: PACE, runs: 2 });
    await expect(verdict).rejects.toThrow(problem);
  });

  test("fails while its source is silent", async () => {
    const impatient: MakeOperator<number, number> = (world) => (source) => {
      const reader = source.getReader();
      return new ReadableStream<number>(
        {
          async pull(controller) {
            const stop = world.clock.after(PACE, () => {
              controller.error(new Error("Too slow"));
            });
            try {
              const { done, value } = await reader.read();
              if (!done) {
                controller.enqueue(value);
                return;
              }
              reader.releaseLock();
              controller.close();
            } catch (error) {
              reader.releaseLock();
              controller.error(error);
            } finally {
              stop();
            }
          },
        },
        { highWaterMark: 0 },
      );
    };
    const verdict = operatorLaws("impatient", impatient, {
      ...options,
      samples: [[1]],
      tick: PACE,
    });
    await expect(verdict).rejects.toThrow(
      /a read fails, and its source does not\n {2}items: \[1\]/,
    );
  });

  test("loses what it has read when its source fails", async () => {
    const make = () => new TransformStream<number, number>({}, undefined, { highWaterMark: 9 });
    const verdict = operatorLaws("native", make, { ...options, readAhead: 12 });
    await expect(verdict).rejects.toThrow("a slow reader loses outputs");
  });
});
