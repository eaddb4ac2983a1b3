import { memoryStore, type Store } from "@millrace/resume";
import { startReplay } from "@millrace/testing/replay";
import { expect, test } from "vitest";
import { obstacles, storeCheck, upstreamCheck } from "./readiness.ts";
import { ANSWER, closeLater, open } from "./service.fixture.ts";
import { upstreamModel } from "./upstream.ts";

const NOBODY = "http://127.0.0.1:9/v1";
const modelAt = (baseUrl: string) => upstreamModel({ baseUrl, apiKey: "x" }, "m");

test("A service is ready when its upstream can be reached, which it is not asked for an answer", async () => {
  const { service, upstream } = await open(ANSWER);
  const response = await fetch(`${service.url}/ready`);
  expect([response.status, await response.json()]).toEqual([200, { status: "ready" }]);
  expect(upstream.requests.map(({ method, headers }) => [method, headers.authorization])).toEqual([
    ["HEAD", undefined],
  ]);
});

test("It is alive, but not ready, when no upstream can be reached, and says so", async () => {
  const { service } = await open(ANSWER, { upstream: { baseUrl: NOBODY } });
  const response = await fetch(`${service.url}/ready`);
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({
    status: "unready",
    reasons: { upstream: "No upstream can be reached." },
  });
  expect((await fetch(`${service.url}/health`)).status).toBe(200);
});

test("One upstream of several is enough", async () => {
  const replay = await startReplay();
  closeLater(() => replay.close());
  expect(await upstreamCheck([modelAt(NOBODY), modelAt(`${replay.url}/v1`)])()).toBeUndefined();
});

test("Whoever asks often does not ask the upstream as often", async () => {
  const replay = await startReplay();
  const check = upstreamCheck([modelAt(`${replay.url}/v1`)]);
  expect(await check()).toBeUndefined();
  await replay.close();
  expect(await check()).toBeUndefined(); // as it was just now
});

test("A store that fails, or says nothing, stands in the way", async () => {
  const broken = (status: Store["status"]): Store => ({ ...memoryStore(), status });
  expect(await obstacles({ store: storeCheck(memoryStore()) })).toEqual({});
  for (const store of [
    broken(() => Promise.reject(new Error("redis://user:secret@host is gone"))),
    broken(() => new Promise(() => undefined)),
  ]) {
    expect(await obstacles({ store: storeCheck(store) })).toEqual({
      store: "The store of streams does not answer.",
    });
  }
});
