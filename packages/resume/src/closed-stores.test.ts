import { describe, expect, test } from "vitest";
import { record, replay, status } from "./index.ts";
import { REAL_STORES } from "./real-stores.fixture.ts";
import { outcomeOf } from "../../core/src/outcome-of.fixture.ts";
import { byHand } from "./streams.fixture.ts";

const AT_ONCE = 5_000; // ms, on a busy machine; `patience` is far more

describe.each(Object.entries(REAL_STORES))("%s that is closed", (name, { missing, start }) => {
  if (missing !== undefined) console.warn(missing);

  test.skipIf(missing !== undefined)(
    "fails its readers and recorders at once, and says nothing of the stream, which is there",
    async () => {
      const place = await start();
      try {
        const [own, other] = await Promise.all([place.open(), place.open()]);
        const options = { id: "chat-1", store: own.store };
        const hand = byHand<string>();
        // What Redis is asked to write goes over the client, whose owner has to see to that.
        const isWriter = !name.startsWith("redis");
        const { store } = isWriter ? own : other;
        const live = outcomeOf(record(hand.readable, { ...options, store }));
        hand.give("mill");
        while ((await status(options)).state === "missing") await pause(10);
        const replayed = replay<string>(options);
        const first = replayed.getReader();
        expect((await first.read()).value).toBe("mill");
        first.releaseLock();
        const reading = outcomeOf(replayed);
        await pause(100);

        const begun = performance.now();
        await own.close();
        expect(await reading).toMatchObject({ error: { code: "store", status: 503 } });
        hand.give("race");
        if (isWriter) {
          expect(await live).toMatchObject({ items: ["mill"], error: { code: "store" } });
          expect(hand.cancelled).toHaveLength(1);
        }
        expect(performance.now() - begun).toBeLessThan(AT_ONCE);

        expect(await status({ ...options, store: other.store })).toMatchObject({ state: "live" });
        if (!isWriter) {
          hand.close();
          await live;
        }
        await other.close();
      } finally {
        await place.close();
      }
    },
  );
});

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
