import { get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import {
  answers,
  chatRecording,
  startReplay,
  type Recording,
  type ReplayOptions,
} from "./index.ts";

/** Starts an upstream that plays this recording for every path, and closes it afterwards. */
async function withUpstream(
  recording: Recording,
  options: ReplayOptions,
  use: (url: string) => Promise<void>,
): Promise<void> {
  const upstream = await startReplay({ ...options, choose: () => recording });
  try {
    await use(upstream.url);
  } finally {
    await upstream.close();
  }
}

interface Arrival {
  at: number;
  bytes: Uint8Array;
}

/** What fetch sees, chunk by chunk. */
async function arrivals(url: string): Promise<Arrival[]> {
  const out: Arrival[] = [];
  const { body } = await fetch(url);
  for await (const bytes of body as unknown as AsyncIterable<Uint8Array>) {
    out.push({ at: performance.now(), bytes });
  }
  return out;
}

/** What a client on node:http sees: one chunk a chunk of the transfer encoding. */
function pieces(url: string): Promise<Buffer[]> {
  return new Promise((resolve, reject) => {
    get(url, (response) => {
      const out: Buffer[] = [];
      response.on("data", (chunk: Buffer) => out.push(chunk));
      response.on("end", () => {
        resolve(out);
      });
      response.on("error", reject);
    }).on("error", reject);
  });
}

const talk = chatRecording("One mill, two wheels, three stones: a drum for the river.");

function bytesOf({ frames }: Recording): Buffer {
  return Buffer.from(frames.map(({ text = "" }) => text).join(""));
}

describe("a playing", () => {
  test("sends events one by one, at their times, not at the end", async () => {
    const gap = 40;
    await withUpstream(talk, { gap }, async (url) => {
      const started = performance.now();
      const seen = await arrivals(url);
      const length = talk.frames.length * gap;
      const first = (seen[0]?.at ?? 0) - started;
      const last = (seen.at(-1)?.at ?? 0) - started;
      expect(seen.length).toBeGreaterThan(3);
      expect(last).toBeGreaterThanOrEqual(length - 1);
      expect(last - first).toBeGreaterThan(length / 4);
      expect(Buffer.concat(seen.map(({ bytes }) => bytes))).toEqual(bytesOf(talk));
    });
  });

  test("sends headers and a first comment before the first event", async () => {
    const slow: Recording = { ...talk, frames: [{ delay: 60_000, text: "data: late\n\n" }] };
    await withUpstream(slow, { comments: true }, async (url) => {
      const stop = new AbortController();
      const response = await fetch(url, { signal: stop.signal });
      const first = await response.body?.getReader().read();
      expect(Buffer.from(first?.value ?? []).toString()).toBe(": keep-alive\n\n");
      stop.abort();
    });
  });

  test("without gaps is over at once", async () => {
    const slow: Recording = { ...talk, frames: [{ delay: 60_000, text: "data: late\n\n" }] };
    await withUpstream(slow, { speed: 0 }, async (url) => {
      expect((await pieces(url)).map(String)).toEqual(["data: late\n\n"]);
    });
  });

  test("makes each frame a write of its own", async () => {
    await withUpstream(talk, { speed: 0 }, async (url) => {
      expect((await pieces(url)).map(String)).toEqual(talk.frames.map(({ text }) => text));
    });
  });

  test("cuts anywhere when told to", async () => {
    const words = chatRecording("水車は川で回る。👩🏽‍🌾 é");
    await withUpstream(words, { speed: 0, cuts: 1, newline: "\r\n" }, async (url) => {
      const seen = await pieces(url);
      const expected = bytesOf(words).toString().replaceAll("\n", "\r\n");
      expect(Buffer.concat(seen).toString()).toBe(expected);
      expect(seen.every((piece) => piece.length === 1)).toBe(true);
    });
    const story = chatRecording(answers.languages);
    await withUpstream(story, { speed: 0, cuts: "jagged" }, async (url) => {
      const seen = await pieces(url);
      expect(Buffer.concat(seen)).toEqual(bytesOf(story));
      expect(seen.some((piece) => piece.toString().includes("\uFFFD"))).toBe(true);
    });
  });

  test("waits for a slow reader", async () => {
    const piece = "x".repeat(2 ** 16);
    const long: Recording = {
      contentType: "text/plain",
      frames: Array.from({ length: 512 }, () => ({ delay: 0, text: piece })),
    };
    const upstream = await startReplay({ choose: () => long });
    const response = await fetch(upstream.url);
    const { bytesSent } = await settled(() => upstream.requests[0]?.bytesSent ?? 0);
    expect(bytesSent).toBeLessThan(piece.length * long.frames.length);
    expect((await response.arrayBuffer()).byteLength).toBe(piece.length * long.frames.length);
    expect(await upstream.requests[0]?.ended).toBe("finished");
    await upstream.close();
  });
});

/** Waits until the number no longer grows. */
async function settled(read: () => number): Promise<{ bytesSent: number }> {
  for (let last = -1; ; last = read()) {
    await sleep(100);
    if (last === read()) return { bytesSent: last };
  }
}
