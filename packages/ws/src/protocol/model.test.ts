import * as fc from "fast-check";
import { expect, test, vi } from "vitest";
import { openWorld, WINDOW, type Step } from "./model.fixture.ts";

const MOST_OF_A_PART = 100; // bytes
const LONG = process.env["MILLRACE_LONG"] === "1";
vi.setConfig({ testTimeout: LONG ? 600_000 : 60_000 });
const runs = { numRuns: LONG ? 50_000 : 1_500 };

function steps(ops: Step["op"][]): fc.Arbitrary<Step[]> {
  const step = fc.record({ op: fc.constantFrom(...ops), n: fc.nat(1_000) });
  return fc.array(step, { maxLength: 120, size: "max" });
}

const NETWORK: Step["op"][] = [
  ...(["request", "produce", "produce", "pump", "pump", "pump"] as const),
  ...(["up", "up", "up", "down", "down", "down", "read", "read"] as const),
  ...(["connect", "connect", "cut", "tick", "drain", "cancel", "detach"] as const),
];

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

test("over durable streams all that is asked for comes once, whatever is cut", () => {
  fc.assert(
    fc.property(steps(NETWORK), (steps) => {
      const world = openWorld({ durable: true });
      for (const step of steps) world.step(step);
      world.settle();

      expect(world.wrongs).toEqual([]);
      expect(world.size()).toBe(0);
      for (const { stream, total, values, ends, letGo, refused, mostUnread } of world.seen) {
        expect(values).toEqual(upTo(values.length));
        expect(mostUnread).toBeLessThan(WINDOW + MOST_OF_A_PART);
        const stored = world.store.get(stream);
        expect(stored?.runs ?? 0).toBeLessThanOrEqual(1);
        if (refused) continue;
        if (letGo === undefined) {
          expect(ends).toEqual([undefined]);
          expect(values).toHaveLength(total);
        } else {
          expect(ends).toEqual([]);
          if (stored === undefined) continue;
          if (letGo === "detach") expect(stored.cancelled).toBe(false);
          else expect(stored.cancelled || stored.over).toBe(true);
        }
      }
    }),
    runs,
  );
});

test("over streams that are not kept each ends once, and no request is made twice", () => {
  fc.assert(
    fc.property(steps(NETWORK), (steps) => {
      const world = openWorld({ durable: false });
      for (const step of steps) world.step(step);
      world.settle();

      expect(world.wrongs).toEqual([]);
      expect(world.size()).toBe(0);
      for (const { stream, total, values, ends, letGo, refused } of world.seen) {
        expect(values).toEqual(upTo(values.length));
        expect(world.store.get(stream)?.runs ?? 0).toBeLessThanOrEqual(1);
        if (refused) continue;
        expect(ends).toHaveLength(letGo === undefined ? 1 : 0);
        const [failure] = ends;
        if (letGo === undefined && failure === undefined) expect(values).toHaveLength(total);
        else if (failure !== undefined) expect(failure.code).toBe("lost");
      }
    }),
    runs,
  );
});

test("a server whose items get lost is asked again, and nothing is ever missing unnoticed", () => {
  fc.assert(
    fc.property(steps([...NETWORK, "skip"]), (steps) => {
      const world = openWorld({ durable: true });
      for (const step of steps) world.step(step);
      world.settle();

      expect(world.wrongs).toEqual([]);
      for (const { total, values, ends, letGo, refused } of world.seen) {
        expect(values).toEqual(upTo(values.length));
        if (refused || letGo !== undefined) continue;
        expect(ends).toHaveLength(1);
        if (ends[0] === undefined) expect(values).toHaveLength(total);
        else expect(ends[0].code).toBe("gap");
      }
    }),
    runs,
  );
});
