import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startReplay, type Fault, type ReplayUpstream } from "./index.ts";

// One upstream for all: each request brings its own fault in a header.
let upstream: ReplayUpstream;

beforeAll(async () => {
  upstream = await startReplay({ speed: 0, answer: { text: "The mill turns: é水👍." } });
});

afterAll(() => upstream.close());

function ask(fail: Fault, more: object = {}, signal?: AbortSignal): Promise<Response> {
  return fetch(`${upstream.url}/v1/chat/completions`, {
    method: "POST",
    headers: { "x-replay": JSON.stringify({ fail, ...more }) },
    body: JSON.stringify({ stream: true, messages: [{ role: "user", content: "Well?" }] }),
    ...(signal && { signal }),
  });
}

/** What arrives until the body ends or breaks. */
async function read(response: Response): Promise<{ bytes: Buffer; error: unknown }> {
  const parts: Uint8Array[] = [];
  let error: unknown;
  try {
    for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) {
      parts.push(part);
    }
  } catch (reason) {
    error = reason;
  }
  return { bytes: Buffer.concat(parts), error };
}

function outcome(): Promise<string> | undefined {
  return upstream.requests.at(-1)?.ended;
}

describe("a fault", () => {
  test("of status answers with it, before any stream", async () => {
    const headers = { "retry-after": "1" };
    const response = await ask({ kind: "status", status: 429, headers });
    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).toBe("1");
    expect(await response.json()).toHaveProperty("error.type", "rate_limit_error");
    expect(await outcome()).toBe("finished");
  });

  test("with headers that are none makes a 500", async () => {
    const response = await ask({ kind: "status", status: 429, headers: { "no good": "1" } });
    expect(response.status).toBe(500);
    expect(await response.json()).toHaveProperty("error.message");
  });

  test("of status 200 is a body that is no event stream", async () => {
    const response = await ask({ kind: "status", status: 200, html: "<h1>Welcome</h1>" });
    expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(await response.text()).toBe("<h1>Welcome</h1>");
  });

  test("refuses before a status line", async () => {
    await expect(ask({ kind: "refuse" })).rejects.toThrow("fetch failed");
    expect(await outcome()).toBe("broken");
  });

  test("hangs until the client goes away", async () => {
    const stop = new AbortController();
    const next = upstream.request(upstream.requests.length);
    const answer = ask({ kind: "hang" }, {}, stop.signal);
    const request = await next;
    expect(request.outcome).toBeUndefined();
    stop.abort();
    await expect(answer).rejects.toThrow("aborted");
    expect(await request.ended).toBe("aborted");
  });

  test("breaks the connection after so many events, all of which arrive", async () => {
    for (const after of [0, 1, 3]) {
      const response = await ask({ kind: "disconnect", after });
      expect(response.status).toBe(200);
      const { bytes, error } = await read(response);
      expect(error).toBeInstanceOf(TypeError);
      expect(bytes.toString().split("\n\n").length - 1).toBe(after);
      expect(await outcome()).toBe("broken");
    }
  });

  test("breaks it after so many bytes, also inside a character", async () => {
    const { bytes: whole } = await read(await ask({ kind: "end", after: 99 }, { seed: 1 }));
    const inside = whole.indexOf("水") + 1;
    for (const cuts of ["frames", "jagged", 1]) {
      const fault: Fault = { kind: "disconnect", afterBytes: inside };
      const { bytes, error } = await read(await ask(fault, { seed: 1, cuts }));
      expect(error).toBeInstanceOf(TypeError);
      expect(bytes).toEqual(whole.subarray(0, inside));
    }
  });

  test("ends cleanly without its terminal", async () => {
    const withoutDone = await read(await ask({ kind: "end", after: -1 }));
    expect(withoutDone.error).toBeUndefined();
    expect(withoutDone.bytes.toString()).toMatch(/"finish_reason":"stop"}]}\n\n$/);

    const withoutReason = await read(await ask({ kind: "end", after: "ending" }));
    expect(withoutReason.error).toBeUndefined();
    expect(withoutReason.bytes.toString()).not.toMatch(/"stop"|DONE/);
    expect(await outcome()).toBe("finished");
  });

  test("puts an error event into the stream", async () => {
    const { bytes, error } = await read(await ask({ kind: "error-event", after: 2 }));
    expect(error).toBeUndefined();
    const events = bytes.toString().split("\n\n");
    expect(events).toHaveLength(4);
    expect(events[2]).toMatch(/^data: {"error":{"message":/);
  });

  test("puts anything into the stream", async () => {
    const text = "<html><body>504 Gateway Time-out</body></html>";
    const { bytes } = await read(await ask({ kind: "text", after: 2, text }));
    expect(bytes.toString().endsWith(`\n\n${text}`)).toBe(true);
  });

  test("stalls after so many events until the client goes away", async () => {
    const stop = new AbortController();
    const response = await ask({ kind: "stall", after: 2 }, {}, stop.signal);
    const reader = response.body?.getReader();
    let text = "";
    while (text.split("\n\n").length < 3) {
      const result = await reader?.read();
      text += Buffer.from(result?.value ?? []).toString();
    }
    expect(upstream.requests.at(-1)?.outcome).toBeUndefined();
    stop.abort();
    expect(await outcome()).toBe("aborted");
  });

  test("sends a line without an end until the client goes away", async () => {
    const stop = new AbortController();
    const response = await ask({ kind: "endless-line", after: 1 }, {}, stop.signal);
    const reader = response.body?.getReader();
    let size = 0;
    let lineEnds = 0;
    while (size < 2 ** 22) {
      const { value = new Uint8Array() } = (await reader?.read()) ?? {};
      size += value.length;
      lineEnds += value.filter((byte) => byte === 0x0a).length;
    }
    expect(lineEnds).toBe(2);
    stop.abort();
    expect(await outcome()).toBe("aborted");
  });

  test("can be chosen by request, as for a client that tries again", async () => {
    await using own = await startReplay({
      speed: 0,
      fail: ({ index }) => (index === 0 ? { kind: "status", status: 503 } : undefined),
    });
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 3; attempt++) {
      statuses.push((await fetch(`${own.url}/v1/models`)).status);
    }
    expect(statuses).toEqual([503, 200, 200]);
  });

  test("can be taken back by a request", async () => {
    await using own = await startReplay({ fail: { kind: "refuse" } });
    const headers = { "x-replay": '{"fail":null}' };
    expect((await fetch(`${own.url}/v1/models`, { headers })).status).toBe(200);
  });
});
