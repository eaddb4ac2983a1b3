import { fakeClock } from "@millrace/testing";
import { getEventListeners } from "node:events";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { connectSse, type ConnectSseOptions } from "../connect-sse.ts";
import { expectNoRejections } from "../rejections.fixture.ts";
import { answer, hangUp, outcomeOf, silence, startServer, stream } from "./server.fixture.ts";

const STOP = new Error("stop");

// Every wait that there is, and what ends it: a signal, a cancel, a break.

expectNoRejections();

/** Connects to a server that makes the client wait somewhere; `waiting` says when it does. */
interface Wait {
  options?: ConnectSseOptions;
  answer: Parameters<typeof startServer>[0];
  /** How many events come before. */
  events: number;
}

const WAITS: Record<string, Wait> = {
  "for the head of the answer": { answer: silence, events: 0 },
  "for the next byte": { answer: stream("data: a\n\ndata: b\n\ndata: ha"), events: 2 },
  "for the next attempt": { answer: hangUp, events: 0 },
  "for the time that Retry-After says": {
    answer: answer(503, "", { "retry-after": "100" }),
    events: 0,
  },
  "for the body of an error": {
    answer: ({ response }) => void response.writeHead(404).write("so"),
    events: 0,
  },
  "for a function of the caller's": {
    answer: silence,
    events: 0,
    options: { headers: () => new Promise(() => undefined) },
  },
};

describe.each(Object.entries(WAITS))("a client that waits %s", (_, wait) => {
  async function open() {
    const clock = fakeClock();
    const server = await startServer(wait.answer);
    const controller = new AbortController();
    const { signal } = controller;
    const options = { clock, signal, ...wait.options };
    const reader = connectSse(server.url, options).getReader();
    for (let n = 0; n < wait.events; n++) expect((await reader.read()).done).toBe(false);
    const pending = reader.read();
    pending.catch(() => undefined);
    if (wait.options === undefined) await server.visited(1);
    for (let n = 0; n < 10; n++) await turn(); // it may be on its way there
    return {
      controller,
      reader,
      pending,
      /** Nothing is left: no timer, no listener, no socket. */
      gone: async () => {
        await Promise.all(server.visits.map(({ closed }) => closed));
        expect(clock.running).toBe(0);
        expect(getEventListeners(signal, "abort")).toEqual([]);
        const before = server.visits.length;
        await clock.advance(1_000_000);
        expect(server.visits).toHaveLength(before);
      },
    };
  }

  test("hears of an abort at once", async () => {
    const { controller, pending, reader, gone } = await open();
    controller.abort(STOP);
    await expect(pending).rejects.toBe(STOP);
    await expect(reader.read()).rejects.toBe(STOP);
    await gone();
  });

  test("hears of a cancel at once", async () => {
    const { pending, reader, gone } = await open();
    await reader.cancel(STOP);
    expect(await pending).toEqual({ done: true, value: undefined });
    await gone();
  });
});

describe("a client that waits for its reader", () => {
  test("hangs up at once when it is aborted, and then gives what had come before the reason", async () => {
    const server = await startServer(stream("data: a\n\ndata: b\n\n"));
    const controller = new AbortController();
    const events = connectSse(server.url, { signal: controller.signal });
    const reader = events.getReader();
    expect((await reader.read()).value).toMatchObject({ data: "a" });
    controller.abort(STOP);
    await server.visits[0]?.closed;
    reader.releaseLock();
    expect(await outcomeOf(events)).toEqual({ data: ["b"], error: STOP });
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });

  test("hangs up when the loop over it is left", async () => {
    const server = await startServer(stream("data: a\n\ndata: b\n\n"));
    const { signal } = new AbortController();
    for await (const event of connectSse(server.url, { signal })) if (event.data === "a") break;
    await server.visits[0]?.closed;
    await turn();
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});

test("An aborted signal sends nothing", async () => {
  const server = await startServer(silence);
  const aborted = AbortSignal.abort(STOP);
  const outcomes = [
    connectSse(server.url, { signal: aborted }),
    connectSse(new Request(server.url, { signal: aborted })),
  ].map(outcomeOf);
  expect(await Promise.all(outcomes)).toEqual([
    { data: [], error: STOP },
    { data: [], error: STOP },
  ]);
  expect(server.visits).toEqual([]);
});

test("The signal of a Request is heard too", async () => {
  const server = await startServer(stream("data: a\n\n"));
  const controller = new AbortController();
  const data: string[] = [];
  const loop = async () => {
    for await (const event of connectSse(new Request(server.url, controller))) {
      data.push(event.data);
      controller.abort(STOP);
    }
  };
  await expect(loop()).rejects.toBe(STOP);
  expect(data).toEqual(["a"]);
  await server.visits[0]?.closed;
});

test("The reason reaches a fetch of one's own and the body that it gave", async () => {
  const reasons: unknown[] = [];
  const body = new ReadableStream({ cancel: (reason) => void reasons.push(reason) });
  const events = connectSse("https://example.com/", {
    fetch(_, { signal }) {
      signal?.addEventListener("abort", () => reasons.push(signal.reason));
      const headers = { "content-type": "text/event-stream" };
      return Promise.resolve(new Response(body, { headers }));
    },
  });
  const reader = events.getReader();
  void reader.read();
  await turn();
  await reader.cancel(STOP);
  await turn();
  expect(reasons).toEqual([STOP, STOP]);
});

test("What a fetch that does not listen gives too late is cancelled", async () => {
  let give!: (response: Response) => void;
  const late = new Promise<Response>((resolve) => (give = resolve));
  const reasons: unknown[] = [];
  const reader = connectSse("https://example.com/", { fetch: () => late }).getReader();
  const pending = reader.read();
  await turn();
  await reader.cancel(STOP);
  expect(await pending).toEqual({ done: true, value: undefined });
  give(new Response(new ReadableStream({ cancel: (reason) => void reasons.push(reason) })));
  await turn();
  expect(reasons).toEqual([STOP]);
});

test("What it gives too late may have no body", async () => {
  let give!: (response: Response) => void;
  const late = new Promise<Response>((resolve) => (give = resolve));
  const reader = connectSse("https://example.com/", { fetch: () => late }).getReader();
  void reader.read();
  await turn();
  await reader.cancel(STOP);
  give(new Response(null));
  await turn(); // and nothing is rejected
});

test("One signal serves thousands of connections, and keeps nothing of them", async () => {
  const { signal } = new AbortController();
  const headers = { "content-type": "text/event-stream" };
  const clock = fakeClock();
  for (let n = 0; n < 2_000; n++) {
    const fetch = () => Promise.resolve(new Response("data: a\n\n", { headers }));
    const events = connectSse("https://example.com/", { clock, fetch, signal, resume: false });
    for await (const event of events) expect(event.data).toBe("a");
  }
  expect(getEventListeners(signal, "abort")).toEqual([]);
  expect(clock.running).toBe(0);
});

test("A connection that is lost a hundred times keeps nothing of those before", async () => {
  const added = vi.spyOn(EventTarget.prototype, "addEventListener");
  const removed = vi.spyOn(EventTarget.prototype, "removeEventListener");
  onTestFinished(() => {
    added.mockRestore();
    removed.mockRestore();
  });
  const kept = () => added.mock.calls.length - removed.mock.calls.length;
  let most = 0;
  const events = connectSse("https://example.com/", {
    ...{ random: () => 0, maxAttempts: 100, signal: new AbortController().signal },
    fetch: () => Promise.reject(new TypeError("no network")),
    onReconnect: () => (most = Math.max(most, kept())),
  });
  expect(await outcomeOf(events)).toMatchObject({ error: { code: "network", attempt: 100 } });
  expect(most).toBeLessThanOrEqual(1);
  expect(kept()).toBe(0);
});

test("A reader that stops reading stops the server", async () => {
  const event = `data: ${"x".repeat(65_000)}\n\n`;
  const ALL = 2_000; // 130 MB
  let written = 0;
  const server = await startServer((visit) => {
    stream("data: first\n\n")(visit);
    const more = () => {
      while (written < ALL) {
        written++;
        if (!visit.response.write(event)) return;
      }
      visit.response.end();
    };
    visit.response.on("drain", more);
    more();
  });
  const reader = connectSse(server.url, { resume: false }).getReader();
  await reader.read();
  for (let before = -1; before !== written;) {
    before = written;
    await turn(50); // as long as the sockets between take something
  }
  expect(written).toBeLessThan(ALL / 4);
  const stopped = written;
  for (let n = 0; n < stopped + 100; n++) await reader.read();
  expect(written).toBeGreaterThan(stopped);
  await reader.cancel();
  await server.visits[0]?.closed;
});

function turn(milliseconds = 0): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
