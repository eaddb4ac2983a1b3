import { ParseError, run } from "@millrace/core";
import { countingSource, failingSource, fakeClock, slowReader } from "@millrace/testing";
import { describe, expect, test } from "vitest";
import { decodeSse } from "../decode-sse.ts";
import { expectNoRejections } from "../rejections.fixture.ts";
import { sseResponse, type SseResponseOptions, type SseSource } from "../sse-response.ts";
import { OPEN, FAILED } from "./sse-response.fixture.ts";

expectNoRejections();

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
    const onError = (error: unknown): void => {
      heard.push(error); // as `console.error` does: it has nothing to say to the client
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

function rejecting(error: Error): AsyncIterable<string> {
  return { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }) };
}

function circular(): object {
  const value: Record<string, unknown> = {};
  value["self"] = value;
  return value;
}
