import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Fault, ReplayOptions } from "@millrace/testing/replay";
import { describe, expect, test } from "vitest";
import { ANSWER, BUFFERED, eventsOf, open, RAW, type Data } from "./service.fixture.ts";

describe("an upstream that fails before the stream", () => {
  const failures: [string, Fault, number, Data][] = [
    [
      "with a rate limit",
      { kind: "status", status: 429, headers: { "retry-after": "7" } },
      429,
      { kind: "rate-limit", retryable: true },
    ],
    ["with an error", { kind: "status", status: 500 }, 502, { kind: "server", retryable: true }],
    [
      "with a proxy's page",
      { kind: "status", status: 502, html: "<h1>Bad Gateway</h1>" },
      502,
      { kind: "server", message: "The upstream answered 502: Bad Gateway" },
    ],
    [
      "with a wrong key",
      { kind: "status", status: 401, json: { error: { message: "Incorrect key: sk-abc" } } },
      502,
      {
        kind: "auth",
        retryable: false,
        message: "The upstream answered 401: the service's key is refused",
      },
    ],
    [
      "with a spent quota",
      { kind: "status", status: 429, json: { error: { message: "", code: "insufficient_quota" } } },
      429,
      { kind: "quota", retryable: false },
    ],
    [
      "with a whole answer instead of a stream",
      { kind: "status", status: 200, json: { choices: [] } },
      502,
      { kind: "malformed-event", retryable: false },
    ],
    [
      "with a request that it does not like",
      { kind: "status", status: 400, json: { error: { message: "No such model" } } },
      400,
      { kind: "invalid-request", message: "The upstream answered 400: No such model" },
    ],
    [
      "with a page instead of a stream",
      { kind: "status", status: 200, html: "<h1>Welcome</h1>" },
      502,
      { kind: "malformed-event" },
    ],
    ["by refusing", { kind: "refuse" }, 502, { kind: "transport", retryable: true }],
    ["by hanging", { kind: "hang" }, 504, { kind: "timeout", retryable: true }],
  ];

  test.each(failures)("%s gives a clear error", async (_, fail, status, error) => {
    const { post } = await open({ fail }, { idleTimeout: 200 });
    const response = await post(RAW, { prompt: "Well?" });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ error });
    if ("headers" in fail) expect(response.headers.get("retry-after")).toBe("7");
  });

  test("because nobody listens gives a clear error", async () => {
    const nobody = createServer().listen(0, "127.0.0.1");
    await once(nobody, "listening");
    const { port } = nobody.address() as AddressInfo;
    nobody.close();
    const { post } = await open(
      {},
      { upstream: { baseUrl: `http://127.0.0.1:${port}`, apiKey: "" } },
    );
    const response = await post(RAW, { prompt: "Well?" });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({
      error: {
        kind: "transport",
        message: "The upstream cannot be reached (ECONNREFUSED).",
        retryable: true,
      },
    });
  });
});

describe("an upstream that fails in mid-stream", () => {
  const failures: [string, ReplayOptions, Data, string][] = [
    ["with an error event", { fail: { kind: "error-event", after: 3 } }, {}, "error"],
    [
      "by disconnecting",
      { fail: { kind: "disconnect", after: 3 } },
      { kind: "transport" },
      "error",
    ],
    ["by falling silent", { fail: { kind: "stall", after: 3 } }, { kind: "timeout" }, "error"],
    [
      "with an endless line",
      { fail: { kind: "endless-line", after: 3 } },
      { kind: "malformed-event" },
      "error",
    ],
    [
      "with what is no event stream",
      { fail: { kind: "text", after: 0, text: "Once upon a time" } },
      { kind: "malformed-event", message: "An event is not JSON" },
      "error",
    ],
    [
      "with nothing at all",
      { fail: { kind: "text", after: 0, text: ": nothing\n\n" } },
      { kind: "malformed-event", message: "The upstream sent nothing of an answer." },
      "interrupted",
    ],
    [
      "with what is no JSON",
      { fail: { kind: "text", after: 3, text: "data: <html>\n\n" } },
      { kind: "malformed-event" },
      "error",
    ],
  ];

  test.each(failures)(
    "%s: an error event, then the last event",
    async (_, replay, error, reason) => {
      const { post, service } = await open({ ...ANSWER, ...replay }, { idleTimeout: 300 });
      const events = await eventsOf(await post(RAW, { prompt: "Well?" }));
      const names = events.map(({ type, data }) =>
        type === "error" ? type : Object.keys(data)[0],
      );
      expect(names.slice(-2)).toEqual(["error", "done"]);
      expect(events.at(-2)?.data).toMatchObject({ error });
      expect(events.at(-1)?.data).toMatchObject({ done: true, finishReason: reason });
      expect((await fetch(`${service.url}/health`)).status).toBe(200);
    },
  );

  test("by ending too early is no success", async () => {
    const { post } = await open({ ...ANSWER, fail: { kind: "end", after: 3 } });
    const events = await eventsOf(await post(BUFFERED, { prompt: "Well?", buffer_type: "line" }));
    expect(events.at(-1)?.data).toMatchObject({ done: true, finishReason: "interrupted" });
    expect(events.at(-2)).toMatchObject({ type: "error", data: { error: { kind: "transport" } } });
    expect(events).toHaveLength(3); // what had come of the line is not lost
  });
});
