import { failingSource, fakeClock } from "@millrace/testing";
import { describe, expect, test, vi } from "vitest";
import { expectNoRejections } from "../rejections.fixture.ts";
import { sseResponse } from "../sse-response.ts";
import { requestWith, readerOf, cancellations, turn } from "./sse-response.fixture.ts";

expectNoRejections();

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
