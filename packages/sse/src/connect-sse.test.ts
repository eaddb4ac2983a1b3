import { describe, expect, test } from "vitest";
import { connectSse, type ConnectSseOptions } from "./connect-sse.ts";
import {
  answer,
  hangUp,
  outcomeOf,
  silence,
  startServer,
  stream,
  torn,
  whole,
} from "./connect-sse/server.fixture.ts";
import { SseConnectionError } from "./connect-sse/sse-connection-error.ts";
import type { SseAttempt } from "./connect-sse/request.ts";

/** No test of this file waits. */
const AT_ONCE = { random: () => 0 };
const POST = { method: "POST", body: "prompt" };
const DONE: ConnectSseOptions = { ...AT_ONCE, until: ({ data }) => data === "[DONE]" };
const LAST = "data: [DONE]\n\n";

describe("a connection", () => {
  test("gives the events of a GET, as the standard asks for them", async () => {
    const server = await startServer(whole("id: 7\nevent: tick\ndata: 1\n\n"), answer(204));
    const events: unknown[] = [];
    for await (const event of connectSse(server.url, AT_ONCE)) events.push(event);
    expect(events).toEqual([{ type: "tick", data: "1", lastEventId: "7", id: "7" }]);
    const [first, second] = server.visits;
    expect(first).toMatchObject({ method: "GET", body: "" });
    expect(first?.headers).toMatchObject({ accept: "text/event-stream" });
    expect(first?.headers).toMatchObject({ "cache-control": "no-cache" });
    expect(first?.headers).not.toHaveProperty("last-event-id");
    expect(second?.headers).toMatchObject({ "last-event-id": "7" });
  });

  test("sends any method, headers and body, to a URL or as a Request", async () => {
    const server = await startServer(whole("data: 1\n\n"));
    const init = { method: "PUT", headers: { accept: "*/*", "x-key": "k" }, body: "{}" };
    await outcomeOf(connectSse(new URL("a", server.url), init));
    await outcomeOf(connectSse(new Request(new URL("a", server.url), init)));
    expect(server.visits).toHaveLength(2);
    for (const visit of server.visits) {
      expect(visit).toMatchObject({ method: "PUT", url: "/a", body: "{}" });
      expect(visit.headers).toMatchObject({ accept: "*/*", "x-key": "k" });
    }
  });

  test("asks for url, headers and body anew for each request", async () => {
    const server = await startServer(torn("id: 1\ndata: a\n\n"), whole(`id: 2\n${LAST}`));
    const asked: SseAttempt[] = [];
    const url = ({ attempt, lastEventId }: SseAttempt) =>
      `${server.url}${attempt}?after=${lastEventId}`;
    const { data } = await outcomeOf(
      connectSse(url, {
        ...DONE,
        method: "POST",
        resume: true,
        async headers(attempt) {
          asked.push(attempt);
          await Promise.resolve();
          return { authorization: `Bearer ${attempt.attempt}` };
        },
        body: ({ lastEventId }) => JSON.stringify({ lastEventId }),
      }),
    );
    expect(data).toEqual(["a", "[DONE]"]);
    expect(server.visits.map(({ url, body }) => [url, body])).toEqual([
      ["/1?after=", '{"lastEventId":""}'],
      ["/2?after=1", '{"lastEventId":"1"}'],
    ]);
    expect(server.visits.map(({ headers }) => headers.authorization)).toEqual([
      "Bearer 1",
      "Bearer 2",
    ]);
    expect(asked.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  });

  test("sends the body of a Request again when it resumes", async () => {
    const server = await startServer(hangUp, torn("data: a\n\n"), whole(LAST));
    const request = new Request(server.url, POST);
    const { data } = await outcomeOf(connectSse(request, { ...DONE, resume: true }));
    expect(data).toEqual(["a", "[DONE]"]);
    expect(server.visits.map(({ body }) => body)).toEqual(["prompt", "prompt", "prompt"]);
  });

  test("begins where it is told to, and tells what the server answered", async () => {
    const server = await startServer(({ response }) => {
      response.writeHead(201, {
        "content-type": "Text/Event-Stream; charset=utf-8",
        "x-request-id": "r",
      });
      response.end("data: a\n\n");
    });
    const opened: [number, string | null][] = [];
    const events = connectSse(server.url, {
      lastEventId: "…é",
      resume: false,
      onOpen: ({ status, headers }) => opened.push([status, headers.get("x-request-id")]),
    });
    for await (const event of events) {
      expect(event).toEqual({ type: "message", data: "a", lastEventId: "…é" });
    }
    const sent = server.visits[0]?.headers["last-event-id"] as string;
    expect(Buffer.from(sent, "latin1").toString()).toBe("…é"); // bytes in UTF-8
    expect(opened).toEqual([[201, "r"]]);
  });

  test("follows redirects, each time from the first URL", async () => {
    const server = await startServer(
      answer(307, "", { location: "/there" }),
      torn("id: 1\ndata: a\n\n"),
      answer(302, "", { location: "/elsewhere" }),
      whole(LAST),
    );
    expect(await outcomeOf(connectSse(server.url, DONE))).toEqual({ data: ["a", "[DONE]"] });
    expect(server.visits.map(({ url }) => url)).toEqual(["/", "/there", "/", "/elsewhere"]);
    expect(server.visits[3]?.headers).toMatchObject({ "last-event-id": "1" });
  });

  test("takes a POST through a redirect with its body", async () => {
    const server = await startServer(answer(307, "", { location: "/there" }), whole("data: a\n\n"));
    expect(await outcomeOf(connectSse(server.url, POST))).toEqual({ data: ["a"] });
    expect(server.visits.map(({ url, body }) => [url, body])).toEqual([
      ["/", "prompt"],
      ["/there", "prompt"],
    ]);
  });

  test("takes a fetch of one's own, and gives it all that fetch takes", async () => {
    const calls: [unknown, RequestInit][] = [];
    const events = connectSse("/relative", {
      credentials: "include",
      resume: false,
      fetch(this: unknown, input, init) {
        calls.push([input, init]);
        expect(this).toBeUndefined(); // as browsers want it
        return Promise.resolve(eventStream("data: a\n\n"));
      },
    });
    expect(await outcomeOf(events)).toEqual({ data: ["a"] });
    expect(calls).toMatchObject([["/relative", { credentials: "include", cache: "no-store" }]]);
  });

  test("sends nothing before somebody reads", async () => {
    let asked = 0;
    const events = connectSse("https://example.com/", {
      resume: false,
      fetch: () => Promise.resolve(eventStream(`data: ${++asked}\n\n`)),
    });
    await turn();
    expect(asked).toBe(0);
    expect(await outcomeOf(events)).toEqual({ data: ["1"] });
  });
});

describe("the end", () => {
  test("is the answer 204, at first or later", async () => {
    const server = await startServer(
      answer(204),
      whole("data: a\n\n"),
      torn("data: b\n\n"),
      answer(204),
    );
    expect(await outcomeOf(connectSse(server.url, AT_ONCE))).toEqual({ data: [] });
    expect(await outcomeOf(connectSse(server.url, AT_ONCE))).toEqual({ data: ["a", "b"] });
    expect(server.visits).toHaveLength(4);
  });

  test("is the last event, also if the server goes on: it is hung up on", async () => {
    const server = await startServer(stream(`data: a\n\n${LAST}data: late\n\n: ${"x".repeat(99)}`));
    const asked: string[] = [];
    const until = ({ data }: { data: string }) => {
      asked.push(data);
      return data === "[DONE]";
    };
    const events = connectSse(server.url, { until });
    expect(await outcomeOf(events)).toEqual({ data: ["a", "[DONE]"] });
    await server.visits[0]?.closed;
    expect(asked).toEqual(["a", "[DONE]"]);
    expect(server.visits).toHaveLength(1);
  });

  test("is the end of the answer, without resuming", async () => {
    const server = await startServer(whole("data: a\n\n"));
    expect(await outcomeOf(connectSse(server.url, POST))).toEqual({ data: ["a"] });
    expect(await outcomeOf(connectSse(server.url, { resume: false }))).toEqual({ data: ["a"] });
    expect(server.visits).toHaveLength(2);
  });

  test("is an error if the last event has not come, without resuming", async () => {
    const server = await startServer(whole("data: a\n\n"));
    const { data, error } = await outcomeOf(connectSse(server.url, { ...DONE, ...POST }));
    expect(data).toEqual(["a"]);
    expect(error).toMatchObject({ name: "SseConnectionError", code: "ended", attempt: 1 });
  });

  test("may be in the middle of an event, which is for decodeSse's options to judge", async () => {
    const server = await startServer(whole("data: a\n\ndata: b"));
    const outcome = (incomplete: "discard" | "dispatch" | "error") =>
      outcomeOf(connectSse(server.url, { ...POST, incomplete }));
    expect(await outcome("discard")).toEqual({ data: ["a"] });
    expect(await outcome("dispatch")).toEqual({ data: ["a", "b"] });
    expect(await outcome("error")).toMatchObject({ data: ["a"], error: { code: "incomplete" } });
  });
});

describe("a POST", () => {
  test.each([
    ["hung up on", hangUp, [], { code: "network", retryable: true }],
    ["broken off", torn("data: a\n\ndata: b"), ["a"], { code: "network", retryable: true }],
    ["refused for now", answer(503), [], { code: "status", status: 503, retryable: true }],
    ["refused for long", answer(429), [], { code: "status", status: 429, retryable: true }],
  ])("that is %s is an error, and never sent again", async (_, answer, data, error) => {
    const server = await startServer(answer);
    const outcome = await outcomeOf(connectSse(server.url, { ...POST, ...DONE }));
    expect(outcome).toMatchObject({ data, error: { ...error, attempt: 1 } });
    expect(outcome.error).toBeInstanceOf(SseConnectionError);
    expect(server.visits).toHaveLength(1);
  });

  test("that can be resumed goes on", async () => {
    const server = await startServer(
      hangUp,
      answer(503),
      torn("id: 1\ndata: a\n\nid: 2\nda"),
      whole(`id: 2\ndata: b\n\n${LAST}`),
    );
    const events = connectSse(server.url, { ...POST, ...DONE, resume: true });
    expect(await outcomeOf(events)).toEqual({ data: ["a", "b", "[DONE]"] });
    expect(server.visits.map(({ body }) => body)).toEqual(Array(4).fill("prompt"));
    expect(server.visits[3]?.headers).toMatchObject({ "last-event-id": "1" });
  });

  test("keeps what broke off in its last event, if decodeSse is told to", async () => {
    const server = await startServer(torn("data: a\n\ndata: b\n"));
    const outcome = await outcomeOf(connectSse(server.url, { ...POST, incomplete: "dispatch" }));
    expect(outcome).toMatchObject({ data: ["a", "b"], error: { code: "network" } });
  });
});

/** Why an answer is refused. */
async function refusedBy(response: Response): Promise<SseConnectionError> {
  const events = connectSse("https://example.com/", { fetch: () => Promise.resolve(response) });
  return (await outcomeOf(events)).error as SseConnectionError;
}

function bytewise(): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  return new TransformStream({
    transform(bytes, controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
    },
  });
}

describe("a refusal", () => {
  const HTML = { "content-type": "text/html" };
  const JSON_TYPE = { "content-type": "application/json", "x-request-id": "r" };

  test.each([400, 401, 403, 404, 409, 410, 422])("with %i is final", async (status) => {
    const body = { error: { message: "no" } };
    const server = await startServer(answer(status, JSON.stringify(body), JSON_TYPE));
    const { data, error } = await outcomeOf(connectSse(server.url));
    expect(data).toEqual([]);
    expect(error).toMatchObject({ code: "status", status, body, retryable: false, attempt: 1 });
    expect((error as SseConnectionError).headers?.get("x-request-id")).toBe("r");
    expect(server.visits).toHaveLength(1);
  });

  // Of the platform's tests of EventSource, status-error; 206 answers a question that nobody has asked.
  test.each([205, 206, 210, 299])(
    "with %i is final, though it calls itself a stream",
    async (status) => {
      const server = await startServer(
        answer(status, "data: a\n\n", { "content-type": "text/event-stream" }),
      );
      const { data, error } = await outcomeOf(
        connectSse(server.url, { retryDelay: 1, maxAttempts: 3 }),
      );
      expect(data).toEqual([]);
      expect(error).toMatchObject({ code: "status", status, retryable: false, attempt: 1 });
      expect(server.visits).toHaveLength(1);
    },
  );

  test.each([408, 425, 429, 500, 502, 503, 504, 529])("with %i passes", async (status) => {
    const server = await startServer(answer(status, "<p>busy</p>", HTML), whole(LAST));
    const reasons: SseConnectionError[] = [];
    const onReconnect = (failure: SseConnectionError) => reasons.push(failure);
    const outcome = await outcomeOf(connectSse(server.url, { ...DONE, onReconnect }));
    expect(outcome).toEqual({ data: ["[DONE]"] });
    expect(reasons).toMatchObject([{ code: "status", status, body: "<p>busy</p>" }]);
  });

  test("says what it was in words", async () => {
    const server = await startServer(answer(404, "gone"), answer(200, "<html>", HTML));
    expect((await outcomeOf(connectSse(server.url))).error).toMatchObject({
      message: "Cannot receive server-sent events: the server answered 404 Not Found",
    });
    expect((await outcomeOf(connectSse(server.url))).error).toMatchObject({
      message:
        "Cannot receive server-sent events: the answer is no text/event-stream, but text/html",
    });
    // As over HTTP/2, which has no words for a status.
    expect((await refusedBy(new Response("busy", { status: 404 }))).message).toBe(
      "Cannot receive server-sent events: the server answered 404",
    );
    expect((await refusedBy(new Response(new Blob(["x"])))).message).toBe(
      "Cannot receive server-sent events: the answer is no text/event-stream, but no content type",
    );
  });

  test("has a body of whole characters, or none", async () => {
    const pieces = new Blob(["Ä"]).stream().pipeThrough(bytewise());
    expect((await refusedBy(new Response(pieces, { status: 404 }))).body).toBe("Ä");
    expect((await refusedBy(new Response(null, { status: 404 }))).body).toBe("");
  });

  test.each([
    ["JSON", '{"error":"no"}', JSON_TYPE, { error: "no" }],
    ["an array", " [1]", HTML, [1]],
    ["JSON that breaks off", '{"error":', JSON_TYPE, '{"error":'],
    ["a page", "<p>Sign in</p>", HTML, "<p>Sign in</p>"],
    ["a number", "12", HTML, "12"],
    ["nothing", "", {}, ""],
    [
      "nearly the right type",
      "data: a\n\n",
      { "content-type": "text/event-streams" },
      "data: a\n\n",
    ],
  ])("may be a success with another content: %s", async (_, text, headers, body) => {
    const server = await startServer(answer(200, text, headers));
    const { error } = await outcomeOf(connectSse(server.url));
    expect(error).toMatchObject({ code: "content-type", status: 200, body, retryable: false });
    expect(server.visits).toHaveLength(1);
  });

  // The platform's tests of EventSource, format-mime-*; its status-* are above.
  test.each([
    ["text/event-stream", true],
    ["text/event-stream;", true],
    ["text/event-stream;bogus", true],
    ["text/event-stream\t; charset=utf-8", true],
    ["TEXT/Event-Stream; charset=windows-1252", true],
    ["text/x-bogus", false],
    ["x bogus", false],
    ["text/event-streams", false],
    ["", false],
  ])(
    "does not depend on more than the type: %j, an event stream: %s",
    async (type, isEventStream) => {
      const server = await startServer(answer(200, "data: ä\n\n", { "content-type": type }));
      const { data, error } = await outcomeOf(connectSse(server.url, { resume: false }));
      expect(data).toEqual(isEventStream ? ["ä"] : []);
      expect(error).toEqual(
        isEventStream ? undefined : expect.objectContaining({ code: "content-type" }),
      );
    },
  );

  test("is read no further than 64 KiB, and then hung up on", async () => {
    const server = await startServer(({ response }) => {
      response.writeHead(500);
      const more = () => {
        while (response.write("x".repeat(10_000)));
      };
      response.on("drain", more);
      more();
    });
    const { error } = await outcomeOf(connectSse(server.url, { maxAttempts: 1 }));
    expect(error).toMatchObject({ status: 500, body: "x".repeat(65_536) });
    await server.visits[0]?.closed;
  });

  test("that breaks off is a refusal with what came", async () => {
    const server = await startServer(({ response }) => {
      response.writeHead(401);
      response.write('{"error"', () => response.destroy());
    });
    const { error } = await outcomeOf(connectSse(server.url));
    expect(error).toMatchObject({ code: "status", status: 401, body: '{"error"' });
  });
});

describe("what is wrong with the call itself", () => {
  test.each(["no url", "http://user:secret@127.0.0.1/"])("is thrown: %j", async (url) => {
    const outcome = await outcomeOf(connectSse(url, AT_ONCE));
    expect(outcome).toMatchObject({ data: [], error: { name: "TypeError" } });
  });

  test("is thrown: a header that is none", async () => {
    const events = connectSse("http://127.0.0.1/", { headers: { "no header": "" } });
    expect(await outcomeOf(events)).toMatchObject({ error: { name: "TypeError" } });
  });

  const UNSENDABLE: [string, ConnectSseOptions][] = [
    ["a GET with a body", { body: "prompt" }],
    ["a method that is none", { method: "PO ST", resume: true }],
    ["a stream without duplex", { ...POST, resume: true, body: () => new Blob().stream() }],
  ];

  test.each(UNSENDABLE)("is thrown: %s", async (_, options) => {
    const events = connectSse("http://127.0.0.1/", { ...AT_ONCE, maxAttempts: 9, ...options });
    expect(await outcomeOf(events)).toMatchObject({ data: [], error: { name: "TypeError" } });
  });

  test("is thrown as it is: what a function throws", async () => {
    const server = await startServer(torn("data: a\n\n"));
    const signedOut = new Error("signed out");
    const headers = ({ attempt }: SseAttempt) => {
      if (attempt === 2) throw signedOut;
      return {};
    };
    const events = connectSse(server.url, { ...AT_ONCE, headers });
    expect(await outcomeOf(events)).toEqual({ data: ["a"], error: signedOut });

    const until = () => {
      throw signedOut;
    };
    expect(await outcomeOf(connectSse(server.url, { until }))).toEqual({
      data: ["a"],
      error: signedOut,
    });
    await server.visits[1]?.closed;
  });

  test("is a RangeError at once: options that make no sense", () => {
    for (const options of [
      { maxDelay: -1 },
      { idleTimeout: NaN },
      { idleTimeout: 0 },
      { maxAttempts: 0 },
    ]) {
      expect(() => connectSse("http://127.0.0.1/", options)).toThrow(RangeError);
    }
    expect(() => connectSse("http://127.0.0.1/", { maxEventLength: 0 })).toThrow(RangeError);
  });

  test("is a TypeError at once: a stream to be sent again and again", async () => {
    const options = { method: "POST", body: new Blob(["prompt"]).stream(), duplex: "half" };
    expect(() => connectSse("http://127.0.0.1/", { ...options, resume: true })).toThrow(TypeError);
    const server = await startServer(whole("data: a\n\n"));
    expect(await outcomeOf(connectSse(server.url, options))).toEqual({ data: ["a"] });
    expect(server.visits[0]?.body).toBe("prompt");
  });

  test("an event beyond the limit is an error, and nothing to ask for again", async () => {
    const server = await startServer(stream(`data: a\n\ndata: ${"x".repeat(100)}`));
    const { data, error } = await outcomeOf(connectSse(server.url, { maxEventLength: 50 }));
    expect({ data, error }).toMatchObject({ data: ["a"], error: { name: "LimitError" } });
    await server.visits[0]?.closed;
    expect(server.visits).toHaveLength(1);
  });

  test("an id that no header can carry is an error when it is to be sent", async () => {
    const server = await startServer(torn("id: \u0001\ndata: a\n\n"));
    const { data, error } = await outcomeOf(connectSse(server.url, AT_ONCE));
    expect({ data, error }).toMatchObject({
      data: ["a"],
      error: { code: "last-event-id", attempt: 2, retryable: false },
    });
  });
});

test("a server that is not there is asked as often as it may be", async () => {
  const server = await startServer(silence);
  await server.stop();
  const failures: number[] = [];
  const { error } = await outcomeOf(
    connectSse(server.url, {
      ...AT_ONCE,
      maxAttempts: 3,
      onReconnect: ({ attempt }) => failures.push(attempt),
    }),
  );
  expect(error).toMatchObject({ code: "network", attempt: 3 });
  expect((error as Error).cause).toBeInstanceOf(TypeError);
  expect(failures).toEqual([1, 2]);
});

function eventStream(text: string): Response {
  return new Response(text, { headers: { "content-type": "text/event-stream" } });
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
