import { expect, test } from "vitest";
import { fakeClock } from "../fake-clock.ts";
import { FAULTS, plainStore, type Fault } from "./plain-store.fixture.ts";
import { storeCases } from "./store-cases.ts";

const RUNS = 40;

function casesOf(fault?: Fault, seed?: number) {
  const open = () => {
    const clock = fakeClock();
    return { store: plainStore(clock, fault), pass: clock.advance };
  };
  return storeCases(open, { runs: RUNS, seed });
}

for (const { name, run } of casesOf()) test(`A plain store ${name}`, run);

test.concurrent.each(FAULTS)("A store is caught that %s", async (fault) => {
  const complaints: string[] = [];
  for (const { name, run } of casesOf(fault)) {
    await run().catch((error: unknown) => complaints.push(`${name}: ${String(error)}`));
    if (complaints.length > 0) break;
  }
  expect(complaints).toHaveLength(1);
});

test("The model shows its seed and the shortest sequence of calls", async () => {
  const last = casesOf("appends what is asked again twice", 42).at(-1)!;
  expect(last.name).toBe("does what a model does");
  const error = await last.run().then(
    () => undefined,
    (caught: unknown) => caught,
  );
  expect(String(error)).toContain("seed: 42");
  expect(String(error)).toContain('"type":"append"');
});

test("A case whose lease ran out on a busy machine is tried again", async () => {
  let appends = 0;
  const cases = storeCases(() => {
    const clock = fakeClock();
    const store = plainStore(clock);
    const append: typeof store.append = async (...entries) => {
      await store.append(...entries);
      if (++appends > 1) return;
      await new Promise((resolve) => setTimeout(resolve, 300)); // longer than the lease
      await clock.advance(300);
    };
    return { store: { ...store, append }, pass: clock.advance };
  });
  await cases.find(({ name }) => name === "counts a producer without signs as dead")!.run();
  expect(appends).toBe(2);
});

test("What a world has opened is closed, whatever happens", async () => {
  let open = 0;
  const cases = storeCases(() => {
    open++;
    const clock = fakeClock();
    const close = () => {
      open--;
      return Promise.resolve();
    };
    return { store: plainStore(clock, "ignores the end"), pass: clock.advance, close };
  });
  const some = cases.filter(
    ({ name }) => name.includes("at the end") || name.startsWith("refuses"),
  );
  await Promise.allSettled(some.map(({ run }) => run()));
  expect(some.length).toBeGreaterThan(3);
  expect(open).toBe(0);
});
