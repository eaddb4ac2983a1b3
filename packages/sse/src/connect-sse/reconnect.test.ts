import { pipe } from "@millrace/core";
import { fakeClock, type FakeClock } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { connectSse, type ConnectSseOptions } from "../connect-sse.ts";
import {
  answer,
  hangUp,
  outcomeOf,
  startServer,
  stream,
  torn,
  whole,
  type Answer,
} from "./server.fixture.ts";
import type { SseConnectionError } from "./sse-connection-error.ts";

const LAST = "data: [DONE]\n\n";
const NOON = "Sat, 28 Nov 2026 12:00:00 GMT";
const until = ({ data }: { data: string }) => data === "[DONE]";

describe("the time before the next attempt", () => {
  test("doubles, at random up to a limit that is never more than 30 seconds", async () => {
    const server = await startServer(...Array<Answer>(8).fill(hangUp), whole(LAST));
    const random = fc.sample(fc.double({ min: 0, max: 0.999, noNaN: true }), 8);
    const drawn = [...random];
    const { delays } = await timed(server.url, { random: () => drawn.shift()! });
    const limits = [1, 2, 4, 8, 16, 30, 30, 30];
    expect(delays).toEqual(limits.map((seconds, n) => seconds * 1000 * random[n]!));
  });

  test("begins with what the server's retry says", async () => {
    const server = await startServer(torn("retry: 200\ndata: a\n\n"), hangUp, whole(LAST));
    expect((await timed(server.url, { random: () => 0.5 })).delays).toEqual([100, 200]);
  });

  test("grows also if the server says none", async () => {
    const server = await startServer(torn("retry: 0\n\n"), hangUp, hangUp, whole(LAST));
    expect((await timed(server.url, { random: () => 0.5 })).delays).toEqual([50, 100, 200]);
  });

  test("grows if the server accepts, says something, and breaks off again", async () => {
    const server = await startServer(...Array<Answer>(3).fill(torn("data: a\n\n")), whole(LAST));
    const { delays, data } = await timed(server.url, { random: () => 0.5 });
    expect(delays).toEqual([500, 1000, 2000]);
    expect(data).toEqual(["a", "a", "a", "[DONE]"]);
  });

  test("begins anew only when a connection has held", async () => {
    const clock = fakeClock();
    const server = await startServer(
      ...[hangUp, stream(":\n"), hangUp, stream(":\n"), hangUp],
      whole(LAST),
    );
    const holds = [4_999, 5_000, 0];
    const { delays } = await timed(server.url, {
      clock,
      random: () => 0.5,
      onOpen() {
        const milliseconds = holds.shift()!;
        clock.after(milliseconds, () => server.visits.at(-1)?.response.destroy());
        void clock.advance(milliseconds);
      },
    });
    expect(delays).toEqual([500, 1000, 2000, 500, 1000]);
  });

  test("does not grow for a server that ends each answer on purpose", async () => {
    const server = await startServer(...Array<Answer>(4).fill(whole("data: a\n\n")), whole(LAST));
    const options = { random: () => 0.5, stableAfter: 0 };
    expect((await timed(server.url, options)).delays).toEqual([500, 500, 500, 500]);
  });

  test("is what Retry-After says, in seconds or as a date", async () => {
    const server = await startServer(
      answer(429, "", { "retry-after": "40" }),
      answer(503, "", { "retry-after": "Sat, 28 Nov 2026 12:01:00 GMT", date: NOON }),
      answer(503, "", { "retry-after": "soon" }),
      whole(LAST),
    );
    const { delays, failures } = await timed(server.url, { random: () => 0.5 });
    expect(delays).toEqual([40_000, 60_000, 2_000]);
    expect(failures.map(({ retryAfter }) => retryAfter)).toEqual([40_000, 60_000, undefined]);
  });

  test("is not left out for a server that asks to be called at once, again and again", async () => {
    const past = { "retry-after": "Sat, 28 Nov 2026 11:59:00 GMT", date: NOON };
    const server = await startServer(
      answer(503, "", { "retry-after": "0" }),
      answer(503, "", past),
      answer(503, "", { "retry-after": "0.001" }),
      whole(LAST),
    );
    expect((await timed(server.url, { random: () => 0.5 })).delays).toEqual([500, 1000, 2000]);
  });

  test("ends with the attempts: the last failure is the error", async () => {
    const server = await startServer(hangUp, answer(500), answer(502));
    const { error, delays } = await timed(server.url, { maxAttempts: 3, random: () => 0.5 });
    expect(error).toMatchObject({ code: "status", status: 502, attempt: 3, retryable: true });
    expect(delays).toEqual([500, 1000]);
    expect(server.visits).toHaveLength(3);
  });
});

describe("a connection that says nothing", () => {
  test("is given up, and followed by another one", async () => {
    const clock = fakeClock();
    const server = await startServer(
      stream("id: 1\ndata: a\n\ndata: hal"),
      () => void clock.advance(1_000),
      whole(LAST),
    );
    const failures: SseConnectionError[] = [];
    const data: string[] = [];
    for await (const event of connectSse(server.url, {
      ...{ clock, until, idleTimeout: 1_000, random: () => 0 },
      onReconnect(failure) {
        failures.push(failure);
        void clock.advance(0);
      },
    })) {
      data.push(event.data);
      if (data.length === 1) void clock.advance(1_000);
    }
    expect(data).toEqual(["a", "[DONE]"]);
    expect(failures).toMatchObject([{ code: "idle" }, { code: "idle" }]);
    expect(failures[0]?.message).toMatch("nothing came for 1000 ms");
    await Promise.all(server.visits.map(({ closed }) => closed));
    expect(clock.running).toBe(0);
  });

  test("is an error for a POST", async () => {
    const clock = fakeClock();
    const server = await startServer(() => void clock.advance(300_000));
    const events = connectSse(server.url, { clock, method: "POST", body: "" });
    expect(await outcomeOf(events)).toMatchObject({ data: [], error: { code: "idle" } });
    await server.visits[0]?.closed;
    expect(clock.running).toBe(0);
  });

  test("is alive as long as any bytes come, comments too", async () => {
    const clock = fakeClock();
    const server = await startServer(stream("data: a\n\n"));
    const comments: string[] = [];
    let beats = 0;
    const beat = async () => {
      await clock.advance(900);
      const { response } = server.visits[0]!;
      response.write(beats++ < 10 ? ":\n" : LAST);
    };
    const events = connectSse(server.url, {
      ...{ clock, until, idleTimeout: 1_000 },
      onOpen: () => void beat(),
      onComment(comment) {
        comments.push(comment);
        void beat();
      },
    });
    expect(await outcomeOf(events)).toEqual({ data: ["a", "[DONE]"] });
    expect(comments).toHaveLength(10);
    expect(clock.now()).toBe(9_900);
    expect(clock.running).toBe(0);
  });

  test("is not taken for one while nobody reads", async () => {
    const clock = fakeClock();
    const server = await startServer(stream(`data: a\n\n`));
    const reader = connectSse(server.url, { clock, until, idleTimeout: 1_000 }).getReader();
    expect((await reader.read()).value).toMatchObject({ data: "a" });
    expect(clock.running).toBe(0);
    await clock.advance(60_000);
    server.visits[0]?.response.write(LAST);
    expect((await reader.read()).value).toMatchObject({ data: "[DONE]" });
    expect((await reader.read()).done).toBe(true);
    expect(server.visits).toHaveLength(1);
  });

  test("does not keep an error waiting whose body does not come", async () => {
    const clock = fakeClock();
    const server = await startServer(({ response }) => {
      response.writeHead(500);
      response.write("sor");
    });
    const reading = outcomeOf(
      connectSse(server.url, { clock, maxAttempts: 1, idleTimeout: Infinity }),
    );
    await server.visited(1);
    while (clock.running === 0) await clock.advance(0);
    await clock.advance(5_000);
    expect(await reading).toMatchObject({ error: { status: 500, body: "sor" } });
    expect(clock.running).toBe(0);
  });

  test("does not keep an error waiting whose body comes by drops", async () => {
    const clock = fakeClock();
    const drops = async function* () {
      for (;;) {
        await clock.advance(1_000);
        yield new TextEncoder().encode(".");
      }
    };
    const fetch = () => Promise.resolve(new Response(pipe(drops()), { status: 404 }));
    const { error } = await outcomeOf(connectSse("https://example.com/", { clock, fetch }));
    expect(error).toMatchObject({ status: 404, body: "...." });
    expect(clock.running).toBe(0);
  });
});

describe("what one connection leaves to the next", () => {
  test("a server that restarts on its port is asked to go on after the last event", async () => {
    const server = await startServer(
      stream("id: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\ndata: half"),
      whole(`id: 3\ndata: c\n\n${LAST}`),
    );
    const data: string[] = [];
    const failures: SseConnectionError[] = [];
    for await (const event of connectSse(server.url, {
      ...{ until, retryDelay: 1 },
      onReconnect: (failure) => failures.push(failure),
    })) {
      data.push(event.data);
      if (data.length !== 2) continue;
      await server.stop();
      await server.start();
    }
    expect(data).toEqual(["a", "b", "c", "[DONE]"]);
    expect(server.visits[1]?.headers).toMatchObject({ "last-event-id": "2" });
    expect(failures[0]).toMatchObject({ code: "network", attempt: 1 });
  });

  test("an id that came without an event, and one that was taken back", async () => {
    const server = await startServer(
      torn("id: 1\ndata: a\n\nid: 2\n\nid: 3\n"),
      torn("data: b\n\n"),
      torn("id\ndata: c\n\nid: 9"),
      whole(LAST),
    );
    const seen: [string, string][] = [];
    for await (const event of connectSse(server.url, { until, random: () => 0 })) {
      seen.push([event.data, event.lastEventId]);
    }
    expect(seen).toEqual([
      ["a", "1"],
      ["b", "2"],
      ["c", ""],
      ["[DONE]", ""],
    ]);
    expect(server.visits.map(({ headers }) => headers["last-event-id"])).toEqual([
      undefined,
      "2",
      "2",
      undefined,
    ]);
  });

  test("not half an event, not half a character, not a CR that waits for its LF", async () => {
    const bytes = Buffer.from("id: 1\r\ndata: a\r\n\r\nid: 2\r\ndata: 🌊");
    const server = await startServer(
      ({ response }) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        response.write(bytes.subarray(0, -2), () => response.destroy());
      },
      torn("id: 2\r\ndata: b\r\n\r"),
      whole(`\n\n${LAST}`),
    );
    const incomplete: unknown[] = [];
    const { data } = await outcomeOf(
      connectSse(server.url, {
        ...{ until, random: () => 0, incomplete: "dispatch" },
        onIncomplete: (event) => incomplete.push(event),
      }),
    );
    expect(data).toEqual(["a", "b", "[DONE]"]);
    expect(incomplete).toEqual([]);
  });

  test("but after the last connection half an event is an incomplete last one", async () => {
    const server = await startServer(torn("data: a\n\ndata: b\n"), answer(500));
    const outcome = await outcomeOf(
      connectSse(server.url, { incomplete: "dispatch", maxAttempts: 2, random: () => 0 }),
    );
    expect(outcome).toMatchObject({ data: ["a", "b"], error: { status: 500 } });
  });
});

/** Connects, and lets the clock go on by what is to be waited. */
async function timed(url: string, options: ConnectSseOptions & { clock?: FakeClock }) {
  const { clock = fakeClock() } = options;
  const delays: number[] = [];
  const failures: SseConnectionError[] = [];
  const reading = outcomeOf(
    connectSse(url, {
      ...{ until, idleTimeout: 600_000 },
      ...options,
      clock,
      onReconnect(failure, delay) {
        failures.push(failure);
        delays.push(delay);
        void clock.advance(delay);
      },
    }),
  );
  return { ...(await reading), delays, failures };
}
