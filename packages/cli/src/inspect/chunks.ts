import { createReadStream, createWriteStream } from "node:fs";
import { once } from "node:events";
import { codeOf, EXIT, Failure } from "../failure.ts";
import type { Host } from "../host.ts";
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
export async function* chunksOfInput(
  { stdin, signal }: Host,
  save: string | undefined,
): AsyncGenerator<Chunk> {
  const keep = save === undefined ? undefined : await openFiles(save);
  const begin = performance.now();
  let last = begin;
  try {
    for await (const bytes of stdin) {
      signal.throwIfAborted();
      const now = performance.now();
      await keep?.(bytes, now - last);
      last = now;
      yield { bytes, at: now - begin };
    }
  } finally {
    await keep?.();
  }
}

type Keep = (bytes?: Uint8Array, delay?: number) => Promise<void>;

async function openFiles(file: string): Promise<Keep> {
  const outputs = [createWriteStream(file), createWriteStream(timingFile(file))] as const;
  try {
    await Promise.all(outputs.map((output) => once(output, "open")));
  } catch (error) {
    throw new Failure(`Cannot write ${file}: ${codeOf(error) ?? String(error)}.`, EXIT.outside);
  }
  const [data, times] = outputs;
  return async (bytes, delay = 0) => {
    if (bytes === undefined) {
      await Promise.all(outputs.map((output) => new Promise((done) => output.end(done))));
      return;
    }
    times.write(timingLine(delay, bytes.length));
    if (!data.write(bytes)) await once(data, "drain");
  };
}
