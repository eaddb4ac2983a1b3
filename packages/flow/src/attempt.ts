import type { Source } from "@millrace/core";
import { openSource, type Feed, type Result } from "@millrace/core/streams";

/** What every source is opened with. */
export interface OpenContext {
  /** Counts from 1. */
  attempt: number;
  /** Aborted as soon as this source is no longer wanted: for `fetch`, for an SDK. */
  signal: AbortSignal;
}

/** Opens a source; may be asked to again. */
export type Open<T, C = OpenContext> = (context: C) => Source<T> | PromiseLike<Source<T>>;

/** What items mean to those who choose between sources. */
export interface AttemptOptions<T> {
  /**
   * Which items are what was waited for. Those before the first one are held, up to 256, and go out
   * with it, or are dropped with their source. By default every item is.
   */
  isOutput?: ((item: T) => boolean) | undefined;
  /** Which items tell that the source has failed, as `error` parts do. By default none. */
  isFailure?: ((item: T) => boolean) | undefined;
}

/** What a source failed with: what it threw, or the item that said so. */
export interface Failure {
  readonly error: unknown;
}

/** One try: a source that is opened under a signal of its own, when it is first looked at or read. */
export interface Attempt<T> {
  /** An item was read ahead. */
  hasItem(this: void): boolean;
  /** Reads ahead to the first output, then to each item; or to a failure, which it gives. */
  look(this: void): Promise<Failure | undefined>;
  /** The next item or the end, as they came. Goes on behind an item that was a failure. */
  read(this: void): Promise<Result<T>>;
  /** No more is wanted: cancels the source and aborts its signal, also from within what opens it. */
  abandon(this: void, reason: unknown): void;
}

const MOST_AHEAD = 256;

/** Makes ready to open a source. What that throws is the source's failure. */
export function startAttempt<T>(
  open: (signal: AbortSignal) => Source<T> | PromiseLike<Source<T>>,
  { isOutput = always, isFailure = never }: AttemptOptions<T> = {},
): Attempt<T> {
  const controller = new AbortController();
  const { signal } = controller;
  const ahead: T[] = [];
  let hasBegun = false; // what was waited for has come: whatever follows is wanted at once
  let over = false; // the source has ended, thrown, or is not wanted
  let dropped: unknown; // why it is not wanted
  let thrown: Failure | undefined;
  let failure: Failure | undefined;
  let feed: Feed<T> | undefined;

  async function openFeed(): Promise<Feed<T>> {
    const opening = openSource(await open(signal));
    if (over) opening.cancel(dropped);
    return (feed = opening);
  }

  async function next(): Promise<Result<T>> {
    if (thrown !== undefined) throw thrown.error;
    if (over) return DONE;
    try {
      const source = feed ?? (await openFeed());
      if (signal.aborted) return DONE; // it opened too late
      const result = await source.read();
      if (result.done === true) close();
      return result;
    } catch (error) {
      thrown = { error };
      close();
      controller.abort(error);
      throw error;
    }
  }

  function close(): void {
    if (!over) feed?.release();
    over = true;
  }

  return {
    hasItem: () => ahead.length > 0,
    async look() {
      while (failure === undefined && !over && !(hasBegun && ahead.length > 0)) {
        try {
          const { done, value } = await next();
          if (done === true) break;
          ahead.push(value as T);
          if (isFailure(value as T)) failure = { error: value };
          else hasBegun ||= isOutput(value as T) || ahead.length === MOST_AHEAD;
        } catch (error) {
          failure = thrown = { error }; // also what `isOutput` and `isFailure` throw
        }
      }
      return failure;
    },
    async read() {
      if (ahead.length === 0) return next();
      return { done: false, value: ahead.shift() };
    },
    abandon(reason) {
      if (over) return;
      over = true;
      dropped = reason;
      feed?.cancel(reason);
      controller.abort(reason);
    },
  };
}

const DONE = { done: true, value: undefined } as const;

function always(): boolean {
  return true;
}

function never(): boolean {
  return false;
}
