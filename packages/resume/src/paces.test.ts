import * as fc from "fast-check";
import { expect, test } from "vitest";
import { memoryStore } from "./memory-store.ts";
import { record } from "./record.ts";
import { replay } from "./replay.ts";

const RUNS = 40;
const LENGTH = 300;

/** How long something takes, as often as it happens: microtasks, turns of the event loop, or nothing. */
type Pace = readonly number[];
const step = fc.oneof(
  { weight: 4, arbitrary: fc.constant(0) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 12 }) },
  { weight: 1, arbitrary: fc.constant(-1) },
);
const pace: fc.Arbitrary<Pace> = fc.oneof(
  fc.constant([0]),
  fc.array(step, { minLength: 1, maxLength: 12 }),
);

async function wait(ticks: number): Promise<void> {
  for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
  if (ticks < 0) await new Promise((resolve) => setTimeout(resolve, 0));
}

async function read(stream: ReadableStream<number>, pace: Pace): Promise<number[]> {
  const reader = stream.getReader();
  const numbers: number[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return numbers;
    numbers.push(value);
    await wait(pace[numbers.length % pace.length]!);
  }
}

test("No reader is forgotten, whatever the paces of source, store and readers", async () => {
  const paces = fc.record({
    source: pace,
    store: pace,
    live: pace,
    late: pace,
    after: fc.nat(LENGTH),
  });
  await fc.assert(
    fc.asyncProperty(paces, async ({ source, store: storePace, live, late, after }) => {
      const inner = memoryStore();
      let appends = 0;
      const store = {
        ...inner,
        async append(...parameters: Parameters<typeof inner.append>) {
          const done = inner.append(...parameters);
          await wait(storePace[appends++ % storePace.length]!);
          return done;
        },
      };
      async function* numbers() {
        for (let number = 1; number <= LENGTH; number++) {
          await wait(source[number % source.length]!);
          yield number;
        }
      }
      const truth = Array.from({ length: LENGTH }, (_, index) => index + 1);
      const options = { id: "chat-1", store };
      const reading = read(record(numbers(), options), live);
      const seen = await replay.check(options).then(
        () => read(replay(options), late),
        () => truth,
      );
      expect(await reading).toEqual(truth);
      expect(seen).toEqual(truth);
      expect(await read(replay({ ...options, after }), late)).toEqual(truth.slice(after));
    }),
    { numRuns: RUNS },
  );
});
