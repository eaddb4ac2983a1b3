import { pipe } from "@millrace/core";
import { systemClock } from "@millrace/core/clock";
import { countingSource, fakeClock } from "@millrace/testing";
import { describe, expect, test, vi } from "vitest";
import { expectNoRejections } from "../rejections.fixture.ts";
import { sseResponse, type SseFormat } from "../sse-response.ts";
import { OPEN, DONE, readerOf, byHand, turn, pending } from "./sse-response.fixture.ts";

expectNoRejections();

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

test.each([
  ["a generator", (items: Iterable<string>) => items],
  ["an asynchronous one", (items: Iterable<string>) => pipe(items)],
])("%s that has everything at hand leaves room for others", async (_, make) => {
  let others = false;
  setTimeout(() => (others = true));
  let made = 0;
  function* items() {
    while (!others && made < 100_000) yield String(made++);
  }
  const text = await sseResponse(make(items())).text();
  expect(made).toBeLessThan(100_000);
  expect(text.split("data: ").length).toBe(made + 2); // all of it, and the end
});

describe("a timer that was set meanwhile", () => {
  /** Makes items at hand, and says how many were made when a timer fired that the first one set. */
  async function madeBefore(costOfItem: number): Promise<number> {
    const clock = { ...systemClock, now: () => made * costOfItem };
    let made = 0;
    let before = Infinity;
    function* items() {
      setTimeout(() => (before = made));
      while (before === Infinity && made < 100_000) yield String(made++);
    }
    await sseResponse(items(), { clock }).text();
    return before;
  }

  test("fires after few items if they take their time", async () => {
    expect(await madeBefore(1)).toBeLessThan(100);
  });

  test("waits no longer than the rests are apart if they are quick", async () => {
    expect(await madeBefore(0.01)).toBeLessThan(1_100);
  });

  test("is not put off by a rest for each event, where none is due", async () => {
    const timers = vi.spyOn(globalThis, "setTimeout");
    const clock = { ...systemClock, now: () => 0 };
    await sseResponse(Array.from({ length: 10_000 }, String), {
      clock,
      heartbeat: Infinity,
    }).text();
    expect(timers).not.toHaveBeenCalled();
    timers.mockRestore();
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
