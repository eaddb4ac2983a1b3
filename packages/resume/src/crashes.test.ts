import { fakeClock } from "@millrace/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { playCrashes } from "./crashes.fixture.ts";
import { memoryStore } from "./memory-store.ts";

const RUNS = 40;
/** A run in which everything happens that is looked for below: some of it is rare. */
const ALL_HAPPENS = 293_006;
/** A run in which all die before they have begun. */
const NONE_BEGINS = 338_667_654;

test("Crashes, zombies, take-overs, stops and readers that come and go lose and double nothing", async () => {
  const seen: Record<string, number> = {};
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const clock = fakeClock();
      const store = memoryStore({ clock });
      const counts = await playCrashes({
        open: () => store,
        clock,
        pass: clock.advance,
        random: randomFrom(seed),
        id: "chat-1",
        lease: 1_000,
      });
      for (const [what, count] of Object.entries(counts)) seen[what] = (seen[what] ?? 0) + count;
    }),
    { numRuns: RUNS, endOnFailure: true, examples: [[ALL_HAPPENS], [NONE_BEGINS]] },
  );
  // Otherwise this would show nothing.
  for (const what of ["crash", "reader left", "reader done", "reader interrupted", "stream done"]) {
    expect(seen[what], what).toBeGreaterThan(0);
  }
});

/** Mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
