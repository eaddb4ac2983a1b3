import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { codeOf, EXIT, Failure } from "../failure.ts";
import type { Host } from "../host.ts";
import { readStdin } from "../stdin.ts";
import { readTiming, timingFile, timingLine, type Arrival } from "./timing.ts";

/** Bytes that came at one time; no time is known of what lay in a file. */
export interface Chunk {
  readonly bytes: Uint8Array;
  /** Milliseconds since the first. */
  readonly at: number | undefined;
}

/** The bytes of a file, in the chunks in which they came where that is known. */
export async function* chunksOfFile(
  file: string,
  timing: string | undefined,
): AsyncGenerator<Chunk> {
  const arrivals = await readTiming(timing ?? timingFile(file), timing !== undefined);
  try {
    const stream = createReadStream(file) as AsyncIterable<Uint8Array>;
    yield* arrivals === undefined ? untimed(stream) : timed(stream, arrivals);
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    throw new Failure(`Cannot read ${file}: ${codeOf(error) ?? ""}.`, EXIT.outside);
  }
}

async function* untimed(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Chunk> {
  for await (const bytes of stream) yield { bytes, at: undefined };
}

/** What no time is known of, because the times end before, came with the last. */
async function* timed(
  stream: AsyncIterable<Uint8Array>,
  arrivals: readonly Arrival[],
): AsyncGenerator<Chunk> {
  let index = 0;
  let offset = 0;
  for await (const bytes of stream) {
    let from = 0;
    while (from < bytes.length) {
      while (index < arrivals.length - 1 && arrivals[index]!.bytes <= offset) index++;
      const arrival = arrivals[index];
      const isLast = arrival === undefined || arrival.bytes <= offset;
      const to = isLast ? bytes.length : Math.min(bytes.length, from + arrival.bytes - offset);
      yield { bytes: bytes.subarray(from, to), at: arrival?.at };
      offset += to - from;
      from = to;
    }
  }
}

/** What comes in, with the times at which it does; kept in a file and its times beside it, if asked. */
export async function* chunksOfInput(host: Host, save: string | undefined): AsyncGenerator<Chunk> {
  const kept = save === undefined ? undefined : await openKept(save);
  const begin = performance.now();
  let last = begin;
  try {
    for await (const bytes of readStdin(host)) {
      const now = performance.now();
      await kept?.add(bytes, now - last);
      last = now;
      yield { bytes, at: now - begin };
    }
  } finally {
    await kept?.close();
  }
}

interface Kept {
  add(bytes: Uint8Array, delay: number): Promise<void>;
  close(): Promise<void>;
}

async function openKept(file: string): Promise<Kept> {
  const data = await open(file, "w").catch(cannotWrite(file));
  const times = await open(timingFile(file), "w").catch(cannotWrite(timingFile(file)));
  return {
    async add(bytes, delay) {
      await data.writeFile(bytes).catch(cannotWrite(file));
      await times.writeFile(timingLine(delay, bytes.length)).catch(cannotWrite(file));
    },
    async close() {
      await data.close();
      await times.close();
    },
  };
}

function cannotWrite(file: string): (error: unknown) => never {
  return (error) => {
    throw new Failure(`Cannot write ${file}: ${codeOf(error) ?? String(error)}.`, EXIT.outside);
  };
}
