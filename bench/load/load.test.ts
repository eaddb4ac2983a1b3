import { expect, test } from "vitest";
import { measureLoad } from "./load.ts";

test("every stream under load gets its last event, and what one holds is counted", async () => {
  const streams = 40;
  const body = { prompt: "?", resumable: true };
  const service = { program: "service", path: "/v1/stream/raw", body, streams, tokens: 2 };
  const load = await measureLoad(service);
  expect(load.ended).toBe(streams);
  expect(load.computed).toBeGreaterThan(0);
  expect(load.heap + load.buffers).toBeGreaterThan(0);
});
