import type { Stage } from "@millrace/core";
import type { Clock } from "@millrace/core/clock";
import { openOutlet, type Feed, type Result } from "@millrace/core/streams";

// A source that has all its items at hand would else leave no room for anything else to happen, as
// long as the client takes them. A rest costs a millisecond, so there is none before it is due.
const AT_A_STRETCH = 10; // milliseconds
const READS_A_LOOK = 64; // at the clock

export interface EventBodyOptions {
  /** Milliseconds of silence until `keepAlive` is written. */
  heartbeat: number;
  keepAlive: string;
  clock: Clock;
  /** Aborted when the client is gone. */
  signal: AbortSignal | undefined;
}

/**
 * The bytes of an event stream: reads the source while the client reads, a frame a read, and says
 * that it is alive while the source is silent. Frames are written whole, so a heartbeat is never
 * inside one.
 */
export function openBody<I>(
  feed: Feed<I>,
  frames: Stage<I, string>,
  { heartbeat, keepAlive, clock, signal }: EventBodyOptions,
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  let reading = false; // a read of the source is pending, or what it gave is being encoded
  let over = false; // nothing more is wanted of the source
  let reads = 0;
  let lastWrite = clock.now();
  let restAt = lastWrite + AT_A_STRETCH;
  let stopTimer: (() => void) | undefined;

  const outlet = openOutlet<Uint8Array<ArrayBuffer>>(advance, leave);
  if (signal?.aborted === true) onAbort();
  else signal?.addEventListener("abort", onAbort);
  const machine = frames.start(write, (reason) => {
    if (over) return;
    feed.cancel(reason);
    finish();
  });

  function write(frame: string): void {
    lastWrite = clock.now();
    outlet.put(encoder.encode(frame));
  }

  function advance(): void {
    if (!reading) readOn();
    if (reading) awaitSilence();
  }

  /** Reads and encodes until the client is served, or a read is pending. */
  function readOn(): void {
    reading = true;
    try {
      while (!over && outlet.isHungry()) {
        if (++reads % READS_A_LOOK === 0 && clock.now() >= restAt) {
          setTimeout(goOn);
          return;
        }
        const result = feed.read();
        if ("then" in result) {
          result.then(arrive, fail);
          return;
        }
        accept(result);
      }
    } catch (error) {
      fail(error);
    }
    reading = false;
  }

  /** Behind a rest. */
  function goOn(): void {
    restAt = clock.now() + AT_A_STRETCH;
    readOn();
  }

  function arrive(result: Result<I>): void {
    try {
      accept(result);
    } catch (error) {
      fail(error); // of an iterator that gives no results
    }
    reading = false;
    if (!over && outlet.isHungry()) advance();
  }

  function accept({ done, value }: Result<I>): void {
    if (over) return;
    if (done !== true) machine.push(value as I);
    else {
      feed.release();
      machine.flush();
      finish();
    }
  }

  function fail(reason: unknown): void {
    if (over) return;
    over = true; // the source is, so it is not cancelled
    feed.release();
    machine.fail(reason);
    finish();
  }

  /** The client is gone. */
  function leave(reason: unknown): void {
    if (over) return;
    feed.cancel(reason);
    finish();
  }

  function onAbort(): void {
    leave(signal?.reason);
  }

  function finish(): void {
    over = true;
    stopTimer?.();
    signal?.removeEventListener("abort", onAbort);
    outlet.close();
  }

  function awaitSilence(): void {
    stopTimer ??= clock.after(lastWrite + heartbeat - clock.now(), beat);
  }

  function beat(): void {
    stopTimer = undefined;
    if (!outlet.isHungry()) return; // the next read starts the timer again
    if (clock.now() - lastWrite >= heartbeat) write(keepAlive);
    else awaitSilence();
  }

  return outlet.readable;
}
