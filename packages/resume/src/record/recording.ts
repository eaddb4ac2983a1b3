import type { Source } from "@millrace/core";
import type { Lease } from "@millrace/core/store";
import { openSource, type Feed, type Result } from "@millrace/core/streams";
import { outcomeText, valueText } from "../entry-text.ts";
import { fieldOf, recordError, shortened, type Outcome } from "../outcome.ts";
import { cancelled } from "../replay/reasons.ts";
import type { StreamPlace } from "../store-access.ts";
import { watchReaders } from "./linger.ts";
import { openOutput } from "./output.ts";
import { exchangeSigns } from "./signs.ts";
import { openWriter, type Writer, type WrittenEntry } from "./writer.ts";

export interface RecordingOptions<V, O> extends StreamPlace {
  onDisconnect: "cancel" | "detach";
  linger: number;
  lease: number;
  grace: number;
  signal: AbortSignal | undefined;
  handOver: AbortSignal | undefined;
  make(this: void, seq: number, value: V): O;
  /** Makes this the producer. Another one is there: the entry behind which it is read. */
  begin(this: void, signal: AbortSignal): Promise<Lease | { readAfter: number } | undefined>;
  /** Called by the producer, and by nobody else. */
  open(this: void, lease: Lease, signal: AbortSignal): Source<V> | PromiseLike<Source<V>>;
  /** Called if it is not opened. */
  refuse(this: void, reason: unknown): void;
}

export interface Recording<O> {
  readonly readable: ReadableStream<O>;
  /** Resolves when there is nothing more to do. */
  readonly finished: Promise<void>;
}

/** Becomes the producer of a stream, and writes what its source gives, up to exactly one last entry. */
export function openRecording<V, O>(options: RecordingOptions<V, O>): Recording<O> {
  const { id, signal, handOver } = options;
  const released = new AbortController(); // nothing more is to be done
  const source = new AbortController(); // what the source's maker may listen to
  let feed: Feed<V> | undefined;
  let writer: Writer<V> | undefined;
  let reading = false;
  let isRefused = false;
  let finishing: { outcome: Outcome; reason?: unknown } | undefined;
  let stopWatching: (() => void) | undefined;
  let resolveFinished!: () => void;
  const finished = new Promise<void>((resolve) => {
    resolveFinished = resolve;
  });

  const output = openOutput<V, O>({
    ...options,
    onOver() {
      if (released.signal.aborted) signal?.removeEventListener("abort", onAbort);
    },
    onLeave(reason) {
      if (released.signal.aborted) return;
      if (options.onDisconnect === "cancel") cancel(reason);
      else if (options.linger !== Infinity) {
        stopWatching = watchReaders(options, options.linger, () => {
          cancel(new DOMException("Nobody reads any more.", "AbortError"));
        });
      }
    },
  });

  async function run(): Promise<void> {
    let begun;
    try {
      begun = await options.begin(released.signal);
    } catch (error) {
      refuse(error);
      output.error(error);
      release();
      return;
    }
    if (begun === undefined || released.signal.aborted) return; // released meanwhile
    if ("epoch" in begun) {
      await produce(begun);
      return;
    }
    refuse(new DOMException("Another producer is there.", "AbortError"));
    release();
    if (finishing !== undefined) output.error(finishing.reason);
    else output.follow(begun.readAfter);
  }

  async function produce(lease: Lease): Promise<void> {
    output.begin(lease.tail);
    writer = openWriter<V>({
      ...options,
      ...lease,
      onWritten,
      onRoom: readOn,
      onFenced,
      onFailed(error) {
        leaveSource(error);
        release();
        output.error(error);
      },
    });
    const { sentAt } = writer;
    exchangeSigns(
      {
        ...options,
        epoch: lease.epoch,
        sentAt: () => writer?.sentAt ?? sentAt,
        onStop: (reason) => {
          cancel(new DOMException(reason === "" ? "Stopped." : reason, "AbortError"), reason);
        },
        onFenced,
      },
      released.signal,
    );
    if (finishing !== undefined) {
      writer.end(outcomeText(finishing.outcome));
      return;
    }
    try {
      const opened = openSource(await options.open(lease, source.signal));
      if (isFinishing()) opened.cancel(finishingReason());
      else feed = opened;
      readOn();
    } catch (error) {
      finish({ type: "error", error: recordError(error) }, error);
    }
  }

  /** Functions, since these change while others are awaited. */
  function isFinishing(): boolean {
    return finishing !== undefined || released.signal.aborted;
  }

  function finishingReason(): unknown {
    return finishing?.reason;
  }

  /** Reads until there is no room, or a read is pending. */
  function readOn(): void {
    if (reading || feed === undefined || isFinishing()) return;
    reading = true;
    try {
      while (writer!.hasRoom() && !isFinishing()) {
        const result = feed.read();
        if ("then" in result) {
          result.then(arrive, breakOff);
          return;
        }
        accept(result);
      }
    } catch (error) {
      breakOff(error);
    }
    reading = false;
  }

  function arrive(result: Result<V>): void {
    reading = false;
    if (isFinishing()) return;
    try {
      accept(result);
    } catch (error) {
      leaveSource(error);
      finish({ type: "error", error: recordError(error) }, error);
    }
    readOn();
  }

  function accept(result: Result<V>): void {
    if (result.done === true) {
      feed!.release();
      feed = undefined;
      finish({ type: "done" });
    } else writer!.add(valueText(result.value), result.value!);
  }

  function breakOff(error: unknown): void {
    reading = false;
    if (isFinishing()) return;
    leaveSource(error);
    finish({ type: "error", error: recordError(error) }, error);
  }

  function finish(outcome: Outcome, reason?: unknown): void {
    if (isFinishing()) return;
    finishing = { outcome, reason };
    writer?.end(outcomeText(outcome));
  }

  function cancel(reason: unknown, said = textOf(reason)): void {
    if (isFinishing()) return;
    leaveSource(reason);
    if (writer === undefined) refuse(reason);
    finish({ type: "cancelled", reason: shortened(said) }, reason);
  }

  /** It is not to be opened. */
  function refuse(reason: unknown): void {
    if (!isRefused) options.refuse(reason);
    isRefused = true;
  }

  function leaveSource(reason: unknown): void {
    source.abort(reason);
    feed?.cancel(reason);
    feed = undefined;
  }

  function onWritten(entries: readonly WrittenEntry<V>[], isEnd: boolean): void {
    const values = isEnd ? entries.slice(0, -1) : entries;
    for (const { seq, value, text } of values) output.give(seq, value!, text.length);
    if (!isEnd) return;
    const { outcome, reason } = finishing!;
    const { seq } = entries.at(-1)!;
    release();
    if (outcome.type === "done") output.end();
    else if (outcome.type === "error") output.error(reason);
    else output.error(cancelled(id, seq, outcome.reason));
  }

  /** Somebody has taken over: what comes now comes from there. */
  function onFenced(): void {
    leave(new DOMException("Another producer has taken over.", "AbortError"));
  }

  /** Somebody is to take over: no last entry says that it has ended. */
  function onHandOver(): void {
    if (released.signal.aborted) return;
    if (writer === undefined) refuse(handOver?.reason);
    leave(handOver?.reason);
  }

  /** Another one writes the rest, and the reader gets it from there. */
  function leave(reason: unknown): void {
    leaveSource(reason);
    release();
    output.follow();
  }

  function release(): void {
    writer?.stop();
    stopWatching?.();
    handOver?.removeEventListener("abort", onHandOver);
    released.abort();
    if (output.isOver()) signal?.removeEventListener("abort", onAbort);
    resolveFinished();
  }

  function onAbort(): void {
    const reason: unknown = signal?.reason;
    if (released.signal.aborted) output.abort(reason);
    else cancel(reason);
  }

  if (signal?.aborted === true) onAbort();
  else signal?.addEventListener("abort", onAbort);
  if (handOver?.aborted === true) onHandOver();
  else handOver?.addEventListener("abort", onHandOver);
  if (!released.signal.aborted) void run();
  return { readable: output.readable, finished };
}

function textOf(reason: unknown): string {
  if (typeof reason === "string") return reason;
  const message = fieldOf(Object(reason) as object, "message");
  return typeof message === "string" ? message : "";
}
