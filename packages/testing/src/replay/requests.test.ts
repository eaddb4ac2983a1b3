import { connect } from "node:net";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { startReplay, type ReplayOptions, type ReplayUpstream } from "./index.ts";

const SOON = 1000; // milliseconds

function ask(upstream: ReplayUpstream, signal?: AbortSignal): Promise<Response> {
  return fetch(`${upstream.url}/v1/chat/completions?try=1`, {
    method: "POST",
    headers: { "x-test": "yes" },
    body: JSON.stringify({ stream: true, messages: [{ role: "user", content: "Well?" }] }),
    ...(signal && { signal }),
  });
}

describe("the requests of an upstream", () => {
  test("tell what came in, when it ended, and how", async () => {
    await using upstream = await startReplay({ speed: 0 });
    const before = performance.now();
    const body = await (await ask(upstream)).arrayBuffer();
    const request = await upstream.request(0);
    expect(await request.ended).toBe("finished");
    expect(request).toMatchObject({
      index: 0,
      method: "POST",
      path: "/v1/chat/completions",
      search: "?try=1",
      json: { stream: true },
      bytesSent: body.byteLength,
      outcome: "finished",
    });
    expect(request.headers["x-test"]).toBe("yes");
    expect(JSON.parse(request.body)).toEqual(request.json);
    expect(request.startedAt).toBeGreaterThanOrEqual(before);
    expect(request.endedAt).toBeLessThanOrEqual(performance.now());
  });

  test("can be waited for before they come", async () => {
    await using upstream = await startReplay({ speed: 0 });
    const second = upstream.request(1);
    await (await fetch(`${upstream.url}/a`)).text();
    await (await fetch(`${upstream.url}/b`)).text();
    expect((await second).path).toBe("/b");
  });

  test("are forgotten after a thousand others", async () => {
    await using upstream = await startReplay({ speed: 0 });
    for (let index = 0; index <= 1000; index++) {
      await (await fetch(`${upstream.url}/${index}`)).arrayBuffer();
    }
    expect(upstream.requests).toHaveLength(1000);
    expect(upstream.requests[0]?.path).toBe("/1");
    await expect(upstream.request(0)).rejects.toThrow("forgotten");
    expect((await upstream.request(1000)).path).toBe("/1000");
  });

  const states: [string, ReplayOptions][] = [
    ["before the first event", { gap: 60_000 }],
    ["between two events", { gap: 50 }],
    ["in a stall", { speed: 0, fail: { kind: "stall", after: 1 } }],
    ["in an endless line", { speed: 0, fail: { kind: "endless-line", after: 1 } }],
  ];

  test.each(states)("end at once when the client goes away %s", async (_, options) => {
    await using upstream = await startReplay(options);
    const stop = new AbortController();
    await ask(upstream, stop.signal);
    await sleep(80);
    const aborted = performance.now();
    stop.abort();
    const request = await upstream.request(0);
    expect(await request.ended).toBe("aborted");
    expect((request.endedAt ?? Infinity) - aborted).toBeLessThan(SOON);
    const { bytesSent } = request;
    await sleep(120);
    expect(request.bytesSent).toBe(bytesSent);
  });

  test("leave out those whose body never came whole", async () => {
    await using upstream = await startReplay({ speed: 0 });
    const socket = connect(upstream.port, "127.0.0.1");
    await once(socket, "connect");
    socket.write("POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n\r\n{");
    await sleep(50);
    socket.destroy();
    expect((await fetch(`${upstream.url}/v1/models`)).status).toBe(200);
    expect(upstream.requests.map(({ path }) => path)).toEqual(["/v1/models"]);
  });
});
