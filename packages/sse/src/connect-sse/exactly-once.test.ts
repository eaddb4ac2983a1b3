import type { Clock } from "@millrace/core/clock";
import { cuts } from "@millrace/testing";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { connectSse, type ConnectSseOptions } from "../connect-sse.ts";
import { startServer, torn, whole, type Answer } from "./server.fixture.ts";

// A server that keeps its events, goes on after the one that it is told, and is cut anywhere.

const encoder = new TextEncoder();
const LAST = "data: [DONE]\n\n";

/** An event as the server sends it: nothing but an id, if it has no lines. */
interface Kept {
  lines: string[];
  lineEnd: "\n" | "\r" | "\r\n";
  between: string;
}

const kept: fc.Arbitrary<Kept> = fc.record({
  lines: fc.array(fc.constantFrom("", "a", "🌊 race", "id: 5", "0"), { maxLength: 3 }),
  lineEnd: fc.constantFrom("\n", "\r", "\r\n"),
  between: fc.constantFrom("", ":\n", "retry: 3\n", ": x\r\n"),
});
const events = fc.array(kept, { minLength: 1, maxLength: 8 });

function sent({ lines, lineEnd, between }: Kept, index: number): string {
  const fields = [`id: ${index + 1}`, ...lines.map((line) => `data: ${line}`), "", ""];
  return between + fields.join(lineEnd);
}

/** What is to come out: the id of an event, and its data. */
function expected(events: Kept[]): [string, string][] {
  const data = events.map(({ lines }, index): [string, string] => [
    String(index + 1),
    lines.join("\n"),
  ]);
  return data.filter((_, index) => events[index]!.lines.length > 0);
}

async function received(
  url: string,
  options: ConnectSseOptions,
): Promise<{ heard: [string, string][]; last: string }> {
  const heard: [string, string][] = [];
  for await (const { data, lastEventId } of connectSse(url, {
    ...options,
    until: ({ data }) => data === "[DONE]",
    random: () => 0,
  })) {
    heard.push([lastEventId, data]);
  }
  const [, last] = heard.pop() ?? ["", ""];
  return { heard, last };
}

/** How one connection goes: how much of what there is to send comes, and how it ends. */
const fate = fc.record({
  share: fc.double({ min: 0, max: 1, noNaN: true }),
  how: fc.constantFrom("break", "break", "end", "refuse", "no answer"),
  seed: cuts(fc.constant(new Uint8Array(64))),
});

test("Every event comes once and in order, wherever the connections are cut", async () => {
  await fc.assert(
    fc.asyncProperty(events, fc.array(fate, { maxLength: 8 }), async (events, fates) => {
      const left = [...fates];
      const asked: string[] = [];
      const toBeAsked = [""];

      const fetch = (_: unknown, { headers }: RequestInit): Promise<Response> => {
        const after = new Headers(headers).get("last-event-id") ?? "";
        asked.push(after);
        const next = left.shift();
        if (next?.how === "no answer" || next?.how === "refuse") toBeAsked.push(after);
        if (next?.how === "no answer") return Promise.reject(new TypeError("no network"));
        if (next?.how === "refuse") return Promise.resolve(new Response("", { status: 503 }));

        const rest = events.map(sent).slice(Number(after));
        const bytes = encoder.encode(rest.join("") + LAST);
        if (next === undefined) return answer([bytes], "end");
        // An end before the last event's own blank line, for else nobody asks again.
        const length = Math.floor(next.share * (bytes.length - LAST.length));
        toBeAsked.push(idAfter(events, Number(after), length));
        const lengths = next.seed.map((piece) => piece.length);
        return answer(cutBy(lengths, bytes.subarray(0, length)), next.how);
      };

      const clock = immediate();
      const { heard, last } = await received("", { fetch, clock, idleTimeout: Infinity });
      expect(heard).toEqual(expected(events));
      expect(last).toBe("[DONE]");
      expect(asked).toEqual(toBeAsked);
    }),
    { numRuns: 200 },
  );
});

test("The same holds on sockets that are cut", async () => {
  await fc.assert(
    fc.asyncProperty(
      events,
      fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean()), {
        maxLength: 5,
      }),
      async (events, fates) => {
        const left = [...fates];
        const goOn: Answer = (visit) => {
          const after = Number(visit.headers["last-event-id"] ?? 0);
          const text = events.map(sent).slice(after).join("");
          const [share, breaks] = left.shift() ?? [];
          if (share === undefined) whole(text + LAST)(visit);
          else
            (breaks === true ? torn : whole)(text.slice(0, Math.floor(share * text.length)))(visit);
        };
        const server = await startServer(goOn);
        const { heard, last } = await received(server.url, {});
        expect(heard).toEqual(expected(events));
        expect(last).toBe("[DONE]");
        expect(server.visits).toHaveLength(fates.length + 1);
        await server.stop();
      },
    ),
    { numRuns: 15 },
  );
});

/** The id of the last event of which all came, or of those before. */
function idAfter(events: Kept[], from: number, length: number): string {
  let id = from;
  let end = 0;
  for (const [index, event] of events.entries()) {
    if (index < from) continue;
    end += encoder.encode(sent(event, index)).length;
    // A CR ends a line, whether its LF comes or not.
    if (end - (event.lineEnd === "\r\n" ? 1 : 0) <= length) id = index + 1;
  }
  return id === 0 ? "" : String(id);
}

function cutBy(lengths: number[], bytes: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let from = 0, n = 0; from < bytes.length; n++) {
    const length = n < 1000 ? (lengths[n % lengths.length] ?? 1) : bytes.length;
    pieces.push(bytes.subarray(from, from + length));
    from += length;
  }
  return pieces;
}

function answer(pieces: Uint8Array[], how: string): Promise<Response> {
  const left = [...pieces];
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        const piece = left.shift();
        if (piece !== undefined) controller.enqueue(piece);
        else if (how === "end") controller.close();
        else controller.error(new TypeError("terminated"));
      },
    },
    { highWaterMark: 0 },
  );
  const headers = { "content-type": "text/event-stream" };
  return Promise.resolve(new Response(body, { headers }));
}

/** Nothing that is waited for takes time. */
function immediate(): Clock {
  return {
    now: () => 0,
    after(_, callback) {
      const timer = setImmediate(callback);
      return () => {
        clearImmediate(timer);
      };
    },
  };
}
