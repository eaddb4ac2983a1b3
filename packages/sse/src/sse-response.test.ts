import { run } from "@millrace/core";
import { countingSource } from "@millrace/testing";
import { describe, expect, test } from "vitest";
import { decodeSse } from "./decode-sse.ts";
import type { SseEvent } from "./sse-event.ts";
import type { SseMessage } from "./sse-message.ts";
import { expectNoRejections } from "./rejections.fixture.ts";
import { sseResponse, type SseFormat, type SseResponseOptions } from "./sse-response.ts";
import { OPEN, DONE, FAILED, requestWith, turn } from "./sse-response/sse-response.fixture.ts";

expectNoRejections();

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

  test.each<
    [
      string,
      (stream: ReadableStream<string>) => ReadableStream<string> | (() => ReadableStream<string>),
    ]
  >([
    ["a stream", (stream) => stream],
    ["a late stream", (stream) => () => stream],
  ])("the whole of %s, and lets go of it", async (_, sourceOf) => {
    const stream = new Blob(["a"]).stream().pipeThrough(new TextDecoderStream());
    await sseResponse(sourceOf(stream)).text();
    expect(stream.locked).toBe(false);
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

async function ids(response: Response): Promise<(string | undefined)[]> {
  return run(decodeSse(), [await response.text()]).map(({ id }) => id);
}

/** A request that tells how many listen to its signal. */
