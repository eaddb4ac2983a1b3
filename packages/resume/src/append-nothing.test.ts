import type { Store } from "@millrace/core/store";
import { describe, expect, test } from "vitest";
import { memoryStore } from "./memory-store.ts";
import { REAL_STORES } from "./real-stores.fixture.ts";

/** Appends no entries to a stream that has one. */
async function appendNothing(store: Store): Promise<unknown> {
  const { epoch } = (await store.acquire("chat-1", { lease: 60_000, ttl: 60_000 }))!;
  await store.append("chat-1", epoch, [{ seq: 1, text: "mill" }]);
  await store.append("chat-1", epoch, []);
  const { state, tail } = await store.status("chat-1");
  return { state, tail };
}

test("An append of nothing changes nothing in memory", async () => {
  expect(await appendNothing(memoryStore())).toEqual({ state: "live", tail: 1 });
});

describe.each(Object.entries(REAL_STORES))("An append of nothing", (name, { missing, start }) => {
  if (missing !== undefined) console.warn(missing);

  test.skipIf(missing !== undefined)(`changes nothing in ${name}`, async () => {
    const place = await start();
    try {
      const { store, close } = await place.open();
      expect(await appendNothing(store)).toEqual({ state: "live", tail: 1 });
      await close();
    } finally {
      await place.close();
    }
  });
});
