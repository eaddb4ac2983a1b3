import { expect, test } from "vitest";
import { gatherCrowd } from "./crowd.ts";

test("killing clients at random cancels exactly their upstreams, and the others are served", async () => {
  const clients = 40;
  const crowd = await gatherCrowd({ clients, longest: 20_000 });
  expect(crowd.answered).toBe(clients);
  expect(crowd.killed.length).toBeGreaterThan(0);
  expect(crowd.cancelled).toEqual(crowd.killed);
  expect(crowd.served).toBe(clients - crowd.killed.length);
});
