import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startReplay, type ReplayOptions, type ReplayUpstream } from "./index.ts";

const unhandled: unknown[] = [];
const note = (reason: unknown) => unhandled.push(reason);

beforeAll(() => process.on("unhandledRejection", note));

afterAll(async () => {
  await sleep(20);
  process.off("unhandledRejection", note);
  expect(unhandled).toEqual([]);
});

function ask(upstream: ReplayUpstream): Promise<Response> {
  return fetch(`${upstream.url}/v1/chat/completions`, {
    method: "POST",
    body: JSON.stringify({ stream: true, messages: [{ role: "user", content: "Well?" }] }),
  });
}

describe("close", () => {
  const states: [string, ReplayOptions][] = [
    ["waiting", { gap: 60_000 }],
    ["playing", { gap: 5 }],
    ["stalled", { speed: 0, fail: { kind: "stall", after: 1 } }],
    ["in an endless line", { speed: 0, fail: { kind: "endless-line", after: 1 } }],
  ];

  test.each(states)("ends connections that are %s", async (_, options) => {
    const upstream = await startReplay(options);
    const response = await ask(upstream);
    const reader = response.body?.getReader();
    await sleep(30);
    await upstream.close();
    expect(upstream.requests[0]?.outcome).toBe("closed");
    const drained = (async () => {
      while ((await reader?.read())?.done !== true);
    })();
    await expect(drained).rejects.toThrow();
  });

  test("ends requests that hang", async () => {
    const upstream = await startReplay({ fail: { kind: "hang" } });
    const answer = ask(upstream);
    const failure = expect(answer).rejects.toThrow("fetch failed");
    const request = await upstream.request(0);
    await upstream.close();
    expect(request.outcome).toBe("closed");
    await failure;
  });

  test("frees the port, and may be called again", async () => {
    const first = await startReplay();
    await (await fetch(`${first.url}/v1/models`)).text();
    await Promise.all([first.close(), first.close()]);
    await first[Symbol.asyncDispose]();
    const second = await startReplay({ port: first.port });
    expect(second.url).toBe(first.url);
    await second.close();
    await expect(fetch(first.url)).rejects.toThrow("fetch failed");
  });

  test("tells who waits for a request that it will not come", async () => {
    const upstream = await startReplay();
    const second = upstream.request(1);
    void upstream.request(2); // nobody listens: no unhandled rejection either
    await upstream.close();
    await expect(second).rejects.toThrow(
      "Cannot wait for request 1: the replay upstream was closed",
    );
    await expect(upstream.request(3)).rejects.toThrow("Cannot wait for request 3");
  });
});
