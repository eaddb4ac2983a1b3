import { fuse, map, ParseError, run, stage, type Stage } from "@millrace/core";
import { countingSource, failingSource, fakeClock, laws, slowReader } from "@millrace/testing";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { decodeSse } from "./decode-sse.ts";
import { entryMessages } from "./sse-response/entry-messages.ts";
import { frames, type FramesOptions } from "./sse-response/frames.ts";
import { itemMessages, type Message } from "./sse-response/item-messages.ts";
import type { SseEvent } from "./sse-event.ts";
import type { SseMessage } from "./sse-message.ts";
import {
  sseResponse,
  type SseFormat,
  type SseResponseOptions,
  type SseSource,
} from "./sse-response.ts";

const OPEN = ": open\n\n";
const DONE = 'event: done\ndata: {"done":true}\nid: done\n\n';
const FAILED =
  "event: error\ndata: " +
  JSON.stringify({
    error: { kind: "server", message: "The stream failed.", retryable: true },
  }) +
  "\n";

// No test leaves a rejection that nobody hears of.
const rejections: unknown[] = [];
const note = (reason: unknown) => rejections.push(reason);
beforeEach(() => {
  process.on("unhandledRejection", note);
});
afterEach(async () => {
  await turn();
  process.off("unhandledRejection", note);
  expect(rejections.splice(0)).toEqual([]);
});

describe("sseResponse sends", () => {
  test("strings and messages, between a comment and a last event", async () => {
    const response = sseResponse(["mill", { type: "tick", data: "race", id: "7" }]);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe(
      `${OPEN}data: mill\n\nevent: tick\ndata: race\nid: 7\n\n${DONE}`,
    );
  });

  test("values of any shape as JSON, if told so, and never by their looks", async () => {
    const chunks = [{ type: "data-city", id: "1", data: "Ghent" }, "a\nb", 7, null, [1], false];
    const response = sseResponse(chunks, { json: true });
    const events = run(decodeSse(), [await response.text()]);
    expect(events.slice(0, -1).map(({ data }) => JSON.parse(data) as unknown)).toEqual(chunks);
    expect(events.every(({ type }) => type === "message" || type === "done")).toBe(true);
  });

  test("nothing that types can tell from a message", async () => {
    const parts = [{ type: "text-delta", id: "0", delta: "mill" }];
    // @ts-expect-error: a part is no message, although it has a type and an id
    const response = sseResponse(parts);
    expect(await response.text()).toBe(`${OPEN}${FAILED}id: done\n\n`);
    const events: SseEvent[] = [{ type: "tick", data: "1", lastEventId: "7" }];
    expect(await sseResponse(events).text()).toBe(`${OPEN}event: tick\ndata: 1\n\n${DONE}`);
  });

  test("a lone surrogate as U+FFFD, and a whole pair as it is", async () => {
    expect(await sseResponse(["a\uD83D", "🌊"]).text()).toBe(
      `${OPEN}data: a\uFFFD\n\ndata: 🌊\n\n${DONE}`,
    );
  });

  test("a message of megabytes", async () => {
    const data = "x".repeat(4_000_000);
    expect((await sseResponse([data]).text()).length).toBe(
      OPEN.length + data.length + 8 + DONE.length,
    );
  });

  test("what a stream, a generator, or a function gives", async () => {
    async function* generate() {
      await turn();
      yield "a";
    }
    const sources = [
      new Blob(["a"]).stream().pipeThrough(new TextDecoderStream()),
      generate(),
      new Set(["a"]),
      () => ["a"],
      () => generate(),
      () => Promise.resolve(countingSource(["a"]).readable),
    ];
    for (const source of sources) {
      expect(await sseResponse(source).text()).toBe(`${OPEN}data: a\n\n${DONE}`);
    }
  });

  test("nothing but the ends of an empty stream", async () => {
    expect(await sseResponse([]).text()).toBe(OPEN + DONE);
  });

  test("how long to wait before coming back", async () => {
    expect(await sseResponse([], { retry: 250 }).text()).toBe(`${OPEN}retry: 250\n\n${DONE}`);
  });

  test("numbers, if asked to, where there is no id", async () => {
    const items = ["a", { data: "b", id: "own" }, { comment: "c" }, { type: "d", data: "d" }];
    expect(await ids(sseResponse(items, { count: true }))).toEqual(["1", "own", "2", "done"]);
    expect(await ids(sseResponse([1, 2], { json: true, count: true }))).toEqual(["1", "2", "done"]);
  });

  test("numbers on from where the client was", async () => {
    const request = requestWith({ "last-event-id": "41" });
    expect(await ids(sseResponse(["a"], { count: true, request }))).toEqual(["42", "done"]);
    for (const foreign of ["x", "-1", "1e3", "9".repeat(40), "4 2", "0x10"]) {
      const request = requestWith({ "last-event-id": foreign });
      expect(await ids(sseResponse(["a"], { count: true, request }))).toEqual(["1", "done"]);
    }
  });

  test("a last event of the stream's own, and nothing behind it", async () => {
    const source = countingSource<string | SseMessage>(["a", { data: "[END]", id: "done" }, "b"]);
    expect(await sseResponse(source.readable).text()).toBe(
      `${OPEN}data: a\n\ndata: [END]\nid: done\n\n`,
    );
    expect(source.pulled).toBe(2);
    expect(source.cancelled).toBe(true);
  });

  test("only the id at the end of a format that has a last event of its own", async () => {
    const text = await sseResponse(["[DONE]"], { format: {} }).text();
    expect(text).toBe(`${OPEN}data: [DONE]\n\nid: done\n\n`);
    expect(run(decodeSse(), [text])).toHaveLength(1);
  });

  test("what its format has for the end", async () => {
    const format: SseFormat = { done: { data: "[DONE]" } };
    expect(await sseResponse([], { format }).text()).toBe(`${OPEN}data: [DONE]\nid: done\n\n`);
  });
});

describe("headers", () => {
  test("are those of an event stream that nobody may buffer", () => {
    const { headers } = sseResponse([]);
    expect(Object.fromEntries(headers)).toEqual({
      "cache-control": "no-cache, no-transform",
      "content-type": "text/event-stream; charset=utf-8",
      "x-accel-buffering": "no",
    });
  });

  test("of the format, then those given, stand instead", () => {
    const format = { headers: { "x-format": "v1", "Cache-Control": "no-store" } };
    const headers = [
      ["x-format", "v2"],
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
    ] as [string, string][];
    const { headers: sent } = sseResponse([], { format, headers });
    expect(sent.get("x-format")).toBe("v2");
    expect(sent.get("cache-control")).toBe("no-store");
    expect(sent.getSetCookie()).toEqual(["a=1", "b=2"]);
  });

  test("cannot be injected", () => {
    const source = countingSource(["a"]);
    expect(() => sseResponse(source.readable, { headers: { "x-a": "1\r\nx-b: 2" } })).toThrow(
      TypeError,
    );
    expect(source.readable.locked).toBe(false); // it is still the caller's
  });
});

describe("options that make no sense throw before the source is opened", () => {
  const WRONG: [string, SseResponseOptions][] = [
    ["no heartbeat at all", { heartbeat: 0 }],
    ["a heartbeat that is no number", { heartbeat: NaN }],
    ["a delay that is text", { retry: "15x" as never }],
    ["half a millisecond", { retry: 1.5 }],
    ["a heartbeat that injects", { format: { keepAlive: { data: "1", type: "a\nid: 1" } } }],
    ["an end that injects", { format: { done: { data: "1", type: "a\nid: 1" } } }],
    ["an end that is no message", { format: { done: { data: 1 as never } } }],
  ];

  test.each(WRONG)("%s", (_, options) => {
    const source = countingSource(["a"]);
    expect(() => sseResponse(source.readable, options)).toThrow();
    expect(source.readable.locked).toBe(false);
  });

  test("a source that cannot be opened throws, too", () => {
    const { readable } = countingSource(["a"]);
    readable.getReader();
    expect(() => sseResponse(readable)).toThrow(TypeError);
  });
});

describe("the source is read as the client reads", () => {
  test("not at all before the first read, and one item a read", async () => {
    const source = countingSource(["a", "b", "c", "d"]);
    const reader = readerOf(sseResponse(source.readable));
    await turn();
    expect(source.pulled).toBe(0);
    expect(await reader.next()).toBe(OPEN);
    await turn();
    expect(source.pulled).toBe(0);
    expect(await reader.next()).toBe("data: a\n\n");
    await turn();
    expect(source.pulled).toBe(1);
    await reader.cancel("enough");
    expect(source.reason).toBe("enough");
  });

  test("the comment comes at once, though the source is silent", async () => {
    const reader = readerOf(sseResponse(countingSource<string>([], { stall: true }).readable));
    expect(await reader.next()).toBe(OPEN);
    await reader.cancel("enough");
  });

  test("many reads at once are served in order", async () => {
    const reader = sseResponse(["a", "b"]).body!.getReader();
    const reads = await Promise.all([1, 2, 3, 4, 5].map(() => reader.read()));
    const texts = reads.map(({ value }) => value && new TextDecoder().decode(value));
    expect(texts).toEqual([OPEN, "data: a\n\n", "data: b\n\n", DONE, undefined]);
  });
});

describe("a heartbeat", () => {
  test("comes after silence, and again", async () => {
    const clock = fakeClock();
    const source = countingSource<string>([], { stall: true });
    const reader = readerOf(sseResponse(source.readable, { clock }));
    expect(await reader.next()).toBe(OPEN);
    const beat = reader.next();
    await clock.advance(14_999);
    expect(await pending(beat)).toBe(true);
    await clock.advance(1);
    expect(await beat).toBe(": keep-alive\n\n");
    const next = reader.next();
    await clock.advance(15_000);
    expect(await next).toBe(": keep-alive\n\n");
    await reader.cancel("enough");
    expect(clock.running).toBe(0);
  });

  test("is put off by every event", async () => {
    const clock = fakeClock();
    const source = byHand<string>();
    const reader = readerOf(sseResponse(source.readable, { clock, heartbeat: 100 }));
    await reader.next();
    for (let round = 0; round < 5; round++) {
      const read = reader.next();
      await clock.advance(99);
      source.give("a");
      expect(await read).toBe("data: a\n\n");
    }
    const beat = reader.next();
    await clock.advance(99);
    expect(await pending(beat)).toBe(true);
    await clock.advance(1);
    expect(await beat).toBe(": keep-alive\n\n");
    await reader.cancel("enough");
    expect(clock.running).toBe(0);
  });

  test("is not written for a client that does not read, and no timer waits for it", async () => {
    const clock = fakeClock();
    const source = byHand<string>();
    const reader = readerOf(sseResponse(source.readable, { clock, heartbeat: 100 }));
    await reader.next();
    await clock.advance(1_000);
    expect(clock.running).toBe(0);
    const late = reader.next();
    await clock.advance(0);
    expect(await late).toBe(": keep-alive\n\n"); // at once: the silence is long enough
    await reader.cancel("enough");
  });

  test("loses no item that comes in the same turn", async () => {
    const clock = fakeClock();
    const source = byHand<string>();
    const reader = readerOf(sseResponse(source.readable, { clock, heartbeat: 100 }));
    await reader.next();
    const beat = reader.next();
    await clock.advance(100);
    source.give("a");
    source.give("b");
    expect([await beat, await reader.next(), await reader.next()]).toEqual([
      ": keep-alive\n\n",
      "data: a\n\n",
      "data: b\n\n",
    ]);
    source.end();
    expect(await reader.next()).toBe(DONE);
    expect(await reader.next()).toBe(undefined);
    expect(clock.running).toBe(0);
  });

  test("covers the time until a late source is there", async () => {
    const clock = fakeClock();
    let arrive: ((source: string[]) => void) | undefined;
    const source = () => new Promise<string[]>((resolve) => (arrive = resolve));
    const reader = readerOf(sseResponse(source, { clock }));
    await reader.next();
    const beat = reader.next();
    await clock.advance(15_000);
    expect(await beat).toBe(": keep-alive\n\n");
    arrive?.(["a"]);
    expect(await reader.next()).toBe("data: a\n\n");
    await reader.cancel("enough");
  });

  const FORMS: [SseFormat, string][] = [
    [
      { keepAlive: { type: "ping", data: '{"type":"ping"}' } },
      'event: ping\ndata: {"type":"ping"}\n\n',
    ],
    [{ keepAlive: '{"choices":[]}' }, 'data: {"choices":[]}\n\n'],
    [{ keepAlive: { comment: "hm" } }, ": hm\n\n"],
  ];

  test.each(FORMS)("has the form of its format", async (format, text) => {
    const clock = fakeClock();
    const source = countingSource<string>([], { stall: true });
    const reader = readerOf(sseResponse(source.readable, { clock, format }));
    await reader.next();
    const beat = reader.next();
    await clock.advance(15_000);
    expect(await beat).toBe(text);
    await reader.cancel("enough");
  });

  test("can be left out", async () => {
    const clock = fakeClock();
    const source = byHand<string>();
    const reader = readerOf(sseResponse(source.readable, { clock, heartbeat: Infinity }));
    await reader.next();
    const read = reader.next();
    await clock.advance(1e9);
    source.give("a");
    expect(await read).toBe("data: a\n\n");
    await reader.cancel("enough");
    expect(clock.running).toBe(0);
  });
});

describe("what breaks becomes the last event", () => {
  const secret = new Error("connect ECONNREFUSED 10.0.0.7: password=hunter2");

  function throwing(): Iterable<string> {
    return {
      [Symbol.iterator]: () => ({
        next() {
          throw secret;
        },
      }),
    };
  }
  const FAILING: [string, () => SseSource<string>][] = [
    ["a stream that fails", () => failingSource([], secret)],
    ["an iterator that throws", throwing],
    ["an iterator that rejects", () => rejecting(secret)],
    [
      "a function that throws",
      () => () => {
        throw secret;
      },
    ],
    ["a function whose promise rejects", () => () => Promise.reject(secret)],
    ["a function that gives a stream that fails", () => () => failingSource([], secret)],
  ];

  test.each(FAILING)("%s, and nothing of it leaks", async (_, source) => {
    const heard: unknown[] = [];
    const clock = fakeClock();
    const onError = (error: unknown) => {
      heard.push(error);
      return undefined;
    };
    const response = sseResponse(source(), { onError, clock });
    expect(await response.text()).toBe(`${OPEN}${FAILED}id: done\n\n`);
    expect(heard).toEqual([secret]);
    expect(clock.running).toBe(0);
  });

  test("behind all that came before, to a slow client too", async () => {
    const { body } = sseResponse(failingSource(["a", "b"], secret));
    const { outputs, ending } = await slowReader(body!);
    const texts = outputs.map((bytes) => new TextDecoder().decode(bytes));
    expect(texts).toEqual([OPEN, "data: a\n\n", "data: b\n\n", `${FAILED}id: done\n\n`]);
    expect(ending).toEqual({ type: "close" });
  });

  test("what the client is told is the server's to say", async () => {
    const onError = (error: unknown) => ({
      type: "error",
      data: error === secret ? "Overloaded" : "?",
    });
    const text = await sseResponse(failingSource([], secret), { onError }).text();
    expect(text).toBe(`${OPEN}event: error\ndata: Overloaded\nid: done\n\n`);
    const plain = await sseResponse(failingSource([], secret), { onError: () => "no" }).text();
    expect(plain).toBe(`${OPEN}data: no\nid: done\n\n`);
  });

  test("a callback that throws, or says what cannot be sent, changes nothing", async () => {
    const callbacks: SseResponseOptions["onError"][] = [
      () => {
        throw new Error("again");
      },
      () => ({ type: "a\nb", data: "" }),
      () => null as never,
    ];
    for (const onError of callbacks) {
      const response = sseResponse(failingSource([], secret), { onError });
      expect(await response.text()).toBe(`${OPEN}${FAILED}id: done\n\n`);
    }
  });

  const UNSENDABLE: [string, unknown, boolean][] = [
    ["a type with a line end", { data: "1", type: "a\ndata: b" }, false],
    ["a value where a message was meant", { content: "x" }, false],
    ["a value that has no JSON", undefined, true],
    ["a function", () => 1, true],
    ["a value that is its own part", circular(), true],
    ["a big integer", 1n, true],
  ];

  test.each(UNSENDABLE)("%s cancels the source, and onError says where", async (_, item, json) => {
    const heard: unknown[] = [];
    const source = countingSource<unknown>(["a", item, "b"]);
    const options: SseResponseOptions = { onError: (error) => void heard.push(error) };
    const response = json
      ? sseResponse(source.readable, { ...options, json })
      : sseResponse(source.readable as ReadableStream<string>, options);
    const events = run(decodeSse(), [await response.text()]);
    expect(events.map(({ type }) => type)).toEqual(["message", "error"]);
    expect(heard).toEqual([expect.any(ParseError)]);
    expect(heard[0]).toMatchObject({ code: "parse", offset: 1 });
    expect(source.reason).toBe(heard[0]);
  });

  test("an iterator that gives no results", async () => {
    const broken = { [Symbol.iterator]: () => ({ next: () => undefined }) };
    const later = { [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve(undefined) }) };
    for (const source of [broken, later]) {
      const response = sseResponse(source as unknown as Iterable<string>);
      expect(await response.text()).toBe(`${OPEN}${FAILED}id: done\n\n`);
    }
  });
});

describe("the wire is a stage, and keeps the laws", () => {
  const item = fc.oneof(
    fc.string(),
    fc.record({ data: fc.string(), id: fc.constantFrom("1", "done", "a\nb") }),
  );

  test("of items", () =>
    laws("items", () => fuse(itemMessages(false, 1), frames(wire(false))), {
      input: fc.array(item, { maxLength: 5 }),
      runs: 30,
    }));

  test("of entries", () => {
    const entry = fc.record({ seq: fc.nat(9), value: item }, { requiredKeys: ["value"] });
    const encode = () => map((value: Message) => value);
    return laws("entries", () => fuse(entryMessages(encode, 4), frames(wire(true))), {
      input: fc.array(entry, { maxLength: 5 }),
      runs: 30,
    });
  });

  function wire(resumable: boolean): FramesOptions {
    return { opening: OPEN, done: "id: done\n\n", resumable, onError: undefined };
  }
});

describe("a client that is gone", () => {
  test("cancels the source by the body, with the reason", async () => {
    const clock = fakeClock();
    const source = cancellations();
    const request = requestWith({});
    const reader = readerOf(sseResponse(source.readable, { request, clock }));
    await reader.next();
    const read = reader.next();
    await turn();
    await reader.cancel("gone");
    expect(await read).toBe(undefined);
    expect(source.reasons).toEqual(["gone"]);
    expect(clock.running).toBe(0);
    expect(request.listeners()).toBe(0);
  });

  test("cancels it by the signal of the request, with the reason", async () => {
    const clock = fakeClock();
    const source = cancellations();
    const request = requestWith({});
    const reader = readerOf(sseResponse(source.readable, { request, clock }));
    await reader.next();
    const read = reader.next();
    await turn();
    request.abort("gone");
    expect(await read).toBe(undefined);
    expect(source.reasons).toEqual(["gone"]);
    expect(clock.running).toBe(0);
    expect(request.listeners()).toBe(0);
  });

  test.each([
    ["the body first", true],
    ["the signal first", false],
  ])("cancels it once where the runtime says both, %s", async (_, bodyFirst) => {
    const source = cancellations();
    const request = requestWith({});
    const reader = readerOf(sseResponse(source.readable, { request }));
    await reader.next();
    if (bodyFirst) await reader.cancel("body");
    request.abort("signal");
    if (!bodyFirst) await reader.cancel("body");
    expect(source.reasons).toEqual([bodyFirst ? "body" : "signal"]);
  });

  test("before the first read", async () => {
    const source = cancellations();
    const request = requestWith({});
    const { body } = sseResponse(source.readable, { request });
    await body!.cancel("never mind");
    expect(source.reasons).toEqual(["never mind"]);
    expect(request.listeners()).toBe(0);
  });

  test("before the response was made", async () => {
    const source = cancellations();
    const request = requestWith({});
    request.abort("long gone");
    expect(await sseResponse(source.readable, { request }).text()).toBe("");
    expect(source.reasons).toEqual(["long gone"]);
  });

  test("while a late source is on its way: the source hears it twice, once as a signal", async () => {
    const source = cancellations();
    let signal: AbortSignal | undefined;
    let arrive: (() => void) | undefined;
    const response = sseResponse((context) => {
      signal = context.signal;
      return new Promise<ReadableStream<string>>((resolve) => {
        arrive = () => {
          resolve(source.readable);
        };
      });
    });
    const reader = readerOf(response);
    await reader.next();
    const read = reader.next();
    await turn();
    await reader.cancel("gone");
    expect(await read).toBe(undefined);
    expect(signal?.reason).toBe("gone");
    arrive?.();
    await turn();
    expect(source.reasons).toEqual(["gone"]);
  });

  test("while a late source fails", async () => {
    let fail: (() => void) | undefined;
    const heard: unknown[] = [];
    const response = sseResponse(
      () =>
        new Promise<string[]>((_, reject) => {
          fail = () => {
            reject(new Error("too late"));
          };
        }),
      { onError: (error) => void heard.push(error) },
    );
    const reader = readerOf(response);
    await reader.next();
    void reader.next();
    await turn();
    await reader.cancel("gone");
    fail?.();
    await turn();
    expect(heard).toEqual([]);
  });

  test("when the source is over already: nothing is left to cancel", async () => {
    const source = cancellations(["a"]);
    const request = requestWith({});
    const response = sseResponse(source.readable, { request });
    await response.text();
    expect(request.listeners()).toBe(0);
    request.abort("gone");
    expect(source.reasons).toEqual([]);
  });

  test("before the error event was read", async () => {
    const request = requestWith({});
    const reader = readerOf(sseResponse(failingSource([], new Error("no")), { request }));
    await reader.next();
    void reader.next();
    request.abort("gone");
    await turn();
    expect(request.listeners()).toBe(0);
  });

  test("returns a generator, which cleans up", async () => {
    const ends: string[] = [];
    async function* generate() {
      try {
        for (;;) {
          await turn();
          yield "a";
        }
      } finally {
        ends.push("cleaned");
      }
    }
    const reader = readerOf(sseResponse(generate()));
    await reader.next();
    await reader.next();
    await reader.cancel("gone");
    await vi.waitUntil(() => ends.length > 0);
    expect(ends).toEqual(["cleaned"]);
  });
});

describe("a client that has seen the end", () => {
  test("gets a 204 with all headers, and the source is not begun", async () => {
    const source = cancellations();
    const request = requestWith({ "last-event-id": "done" });
    const headers = { "access-control-allow-origin": "*" };
    const response = sseResponse(source.readable, { request, headers });
    expect(response.status).toBe(204);
    expect(response.body).toBe(null);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(source.reasons).toEqual([expect.objectContaining({ name: "AbortError" })]);
    expect(request.listeners()).toBe(0);
    const never = vi.fn(() => ["a"]);
    expect(sseResponse(never, { request }).status).toBe(204);
    await turn();
    expect(never).not.toHaveBeenCalled();
  });

  test("is told from one that has not", async () => {
    for (const lastEventId of ["", "7", "don", "Done", "done2"]) {
      const request = requestWith({ "last-event-id": lastEventId });
      const source = vi.fn(() => ["a"]);
      const response = sseResponse(source, { request });
      expect(response.status).toBe(200);
      await response.text();
      const expected = lastEventId === "" ? undefined : lastEventId;
      expect(source).toHaveBeenCalledWith(expect.objectContaining({ lastEventId: expected }));
    }
  });
});

describe("the id that a client names", () => {
  const UTF_8 = "\u00C3\u00A9 \u00F0\u009F\u008C\u008A"; // a unit for each byte
  test.each([
    ["in bytes, as headers are read", UTF_8, "é 🌊"],
    ["in Latin-1, as nobody should", "\u00E9", "é"],
    ["decoded already", "é 🌊", "é 🌊"],
    ["in half a character", "\u00F0\u009F", "\u00F0\u009F"],
  ])("is the one it got: %s", async (_, value, lastEventId) => {
    const source = vi.fn(() => ["a"]);
    await sseResponse(source, { request: { headers: { get: () => value } } }).text();
    expect(source).toHaveBeenCalledWith(expect.objectContaining({ lastEventId }));
  });
});

test("HEAD gets the headers only, and the source is not begun", () => {
  const source = cancellations();
  const request = new Request("http://localhost/", { method: "HEAD" });
  const response = sseResponse(source.readable, { request });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  expect(response.body).toBe(null);
  expect(source.reasons).toHaveLength(1);
});

describe("entries of a log", () => {
  /** Two frames for a word, a frame at the start and one at the end. */
  const spelled = (): Stage<string, string | SseMessage> =>
    stage((emit) => {
      emit("start");
      return {
        push(word) {
          if (word === "") return;
          emit(`first ${word}`);
          emit({ type: "word", data: `last ${word}` });
        },
        flush() {
          emit("[DONE]");
        },
      };
    });
  const log = [
    { seq: 1, value: "mill" },
    { seq: 2, value: "" },
    { seq: 3, value: "race" },
  ];

  async function sent(
    lastEventId: string,
    entries: Iterable<{ seq?: number; value: string }> = log,
  ) {
    const request = requestWith({ "last-event-id": lastEventId });
    const response = sseResponse(entries, { encode: spelled, request, format: {} });
    return run(decodeSse(), [await response.text()]).map(({ data, id }) => [data, id]);
  }

  test("carry their number on the last frame of each, and the end its id", async () => {
    expect(await sent("")).toEqual([
      ["start", undefined],
      ["first mill", undefined],
      ["last mill", "1"],
      ["first race", undefined],
      ["last race", "3"],
      ["[DONE]", "done"],
    ]);
  });

  test("are not sent again up to the client's cursor", async () => {
    const behind = [
      ["first race", undefined],
      ["last race", "3"],
      ["[DONE]", "done"],
    ];
    expect(await sent("1")).toEqual(behind);
    expect(await sent("2")).toEqual(behind);
    expect(await sent("3")).toEqual([["[DONE]", "done"]]);
    expect(await sent("99")).toEqual([["[DONE]", "done"]]);
  });

  test("from any cursor on are what is left of the whole", async () => {
    const whole = await sent("");
    for (const [index, [, id]] of whole.entries()) {
      if (id === undefined || id === "done") continue;
      expect(await sent(id)).toEqual(whole.slice(index + 1));
    }
  });

  test("without a number go to everybody", async () => {
    const reopened = [{ value: "open" }, { seq: 3, value: "race" }];
    expect(await sent("2", reopened)).toEqual([
      ["first open", undefined],
      ["last open", undefined],
      ["first race", undefined],
      ["last race", "3"],
      ["[DONE]", "done"],
    ]);
  });

  test("a cursor that is none of ours is refused", async () => {
    for (const cursor of ["x", "-1", "1.5", "1e3", "9".repeat(20), "١"]) {
      const source = cancellations();
      const request = { headers: { get: () => cursor } };
      const response = sseResponse(source.readable as unknown as Iterable<{ value: string }>, {
        encode: spelled,
        request,
      });
      expect(response.status).toBe(400);
      expect(response.headers.get("content-type")).toBe("application/json");
      expect(await response.json()).toMatchObject({ error: { kind: "invalid-request" } });
      expect(source.reasons).toHaveLength(1);
    }
  });

  test("that fail can be come back for, so their error has no id", async () => {
    const source = failingSource(log.slice(0, 1), new Error("store"));
    const text = await sseResponse(source, { encode: spelled }).text();
    expect(text.endsWith(`data: last mill\nid: 1\n\n${FAILED}\n`)).toBe(true);
  });

  test("an encoder that speaks for itself when they fail has the last word", async () => {
    const brave = (): Stage<string, string> =>
      stage((emit, end) => ({
        push: emit,
        fail() {
          emit("failed");
          end();
        },
      }));
    const onError = vi.fn(() => undefined);
    const source = failingSource(log.slice(0, 1), new Error("store"));
    const text = await sseResponse(source, { encode: brave, onError, format: {} }).text();
    expect(text).toBe(`${OPEN}data: mill\nid: 1\n\ndata: failed\nid: done\n\n`);
    expect(onError).not.toHaveBeenCalled();
  });

  test("an encoder that ends early puts the end on its last frame, and cancels the log", async () => {
    const once = (): Stage<string, string> =>
      stage((emit, end) => ({
        push(word) {
          emit(word);
          end("enough");
        },
      }));
    const source = countingSource(log);
    const text = await sseResponse(source.readable, { encode: once, format: {} }).text();
    expect(text).toBe(`${OPEN}data: mill\nid: done\n\n`);
    expect(source.pulled).toBe(1);
    expect(source.cancelled).toBe(true);
  });

  test("an encoder that throws is told of, behind what it made before", async () => {
    const broken = () =>
      map((word: string) => {
        if (word === "race") throw new Error("bug");
        return word;
      });
    const heard: unknown[] = [];
    const source = countingSource(log);
    const response = sseResponse(source.readable, {
      encode: broken,
      onError: (error) => void heard.push(error),
    });
    const text = await response.text();
    expect(text).toBe(`${OPEN}data: mill\nid: 1\n\ndata: \nid: 2\n\n${FAILED}\n`);
    expect(heard).toEqual([new Error("bug")]);
    expect(source.reason).toBe(heard[0]);
  });

  test("an encoder that throws as it is made is told of, too", async () => {
    const bug = new Error("bug");
    const source = countingSource(log);
    const response = sseResponse(source.readable, {
      encode: () => {
        throw bug;
      },
    });
    expect(await response.text()).toBe(`${OPEN}${FAILED}\n`);
    expect(source.reason).toBe(bug);
  });

  test("what is no entry is told of", async () => {
    for (const item of [null, "x", {}, { seq: "1", value: 1 }, { seq: -1, value: 1 }]) {
      const heard: unknown[] = [];
      const response = sseResponse([item] as never[], {
        encode: spelled,
        onError: (error) => void heard.push(error),
      });
      await response.text();
      expect(heard).toEqual([expect.any(ParseError)]);
    }
  });

  test("are sent as they come", async () => {
    const source = byHand<{ seq: number; value: string }>();
    const reader = readerOf(sseResponse(source.readable, { encode: spelled }));
    expect(await reader.next()).toBe(OPEN);
    expect(await reader.next()).toBe("data: start\n\n");
    const read = reader.next();
    source.give({ seq: 1, value: "mill" });
    expect(await read).toBe("data: first mill\n\n");
    expect(await reader.next()).toBe("event: word\ndata: last mill\nid: 1\n\n");
    await reader.cancel("enough");
  });
});

async function ids(response: Response): Promise<(string | undefined)[]> {
  return run(decodeSse(), [await response.text()]).map(({ id }) => id);
}

/** A request that tells how many listen to its signal. */
function requestWith(headers: Record<string, string>) {
  const controller = new AbortController();
  const { signal } = controller;
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...args: Parameters<typeof add>) => {
    listeners++;
    add(...args);
  };
  signal.removeEventListener = (...args: Parameters<typeof remove>) => {
    listeners--;
    remove(...args);
  };
  return {
    headers: new Headers(headers),
    signal,
    abort: (reason: unknown) => {
      controller.abort(reason);
    },
    listeners: () => Math.max(0, listeners),
  };
}

/** The text of each chunk; `undefined` at the end. */
function readerOf(response: Response) {
  const reader = response.body!.getReader();
  const decoder = new TextDecoder();
  return {
    async next() {
      const { value } = await reader.read();
      return value && decoder.decode(value);
    },
    cancel: (reason: unknown) => reader.cancel(reason),
  };
}

/** Gives what it is given to give. */
function byHand<T>() {
  let controller!: ReadableStreamDefaultController<T>;
  const readable = new ReadableStream<T>({
    start(given) {
      controller = given;
    },
  });
  return {
    readable,
    give: (item: T) => {
      controller.enqueue(item);
    },
    end: () => {
      controller.close();
    },
  };
}

/** Notes every time it is cancelled; without items it is silent. */
function cancellations(items?: string[]) {
  const reasons: unknown[] = [];
  const readable = new ReadableStream<string>({
    start(controller) {
      if (items === undefined) return;
      for (const item of items) controller.enqueue(item);
      controller.close();
    },
    cancel(reason) {
      reasons.push(reason);
    },
  });
  return { readable, reasons };
}

function rejecting(error: Error): AsyncIterable<string> {
  return { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }) };
}

function circular(): object {
  const value: Record<string, unknown> = {};
  value["self"] = value;
  return value;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

async function pending(promise: Promise<unknown>): Promise<boolean> {
  return (await Promise.race([promise, turn().then(() => turn)])) === turn;
}
