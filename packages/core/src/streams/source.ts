/** What `pipe` reads from. */
export type Source<I> = ReadableStream<I> | AsyncIterable<I> | Iterable<I>;

/** A source that was opened: one pending read, and a way to be told that no more is wanted. */
export interface Feed<I> {
  /** A promise, except from a synchronous iterable. */
  read(this: void): Result<I> | PromiseLike<Result<I>>;
  cancel(this: void, reason: unknown): void;
  /** The source is over: lets go of it. */
  release(this: void): void;
}

export interface Result<I> {
  done?: boolean | undefined;
  value?: I | undefined;
}

/**
 * Opens anything that can be read in turn, for operators that read by themselves; `pipe` does it for
 * stages.
 *
 * - **Errors:** a `TypeError` for what is no source; those of the source from `read`. `cancel` throws
 *   nothing and waits for nothing.
 * - **Cancel:** a `ReadableStream` is cancelled with the reason, the stream of an official SDK is
 *   aborted by its `controller`, any other iterable's `return` is called, all at once.
 *
 * @example
 * ```ts
 * import { openSource } from "@millrace/core/streams";
 *
 * const feed = openSource(["mill", "race"]);
 * feed.read(); // => { done: false, value: "mill" }
 * feed.cancel("enough");
 * ```
 */
export function openSource<I>(source: Source<I>): Feed<I> {
  return isReadable(source) ? openReadable(source) : openIterable(source);
}

function isReadable<I>(source: Source<I>): source is ReadableStream<I> {
  return "getReader" in Object(source);
}

function openReadable<I>(source: ReadableStream<I>): Feed<I> {
  const reader = source.getReader();
  const release = () => {
    reader.releaseLock();
  };
  return {
    read: () => reader.read(),
    cancel(reason) {
      reader.cancel(reason).catch(ignore);
      release();
    },
    release,
  };
}

function openIterable<I>(source: AsyncIterable<I> | Iterable<I>): Feed<I> {
  const iterable = Object(source) as Partial<AsyncIterable<I> & Iterable<I>> & Abortable;
  const iterator = iterable[Symbol.asyncIterator]?.() ?? iterable[Symbol.iterator]?.();
  if (iterator === undefined) {
    const what = Object.prototype.toString.call(source);
    throw new TypeError(`Cannot read ${what}: a source is a ReadableStream or an iterable`);
  }
  let over = false; // it has ended, or has been told to
  return {
    read: () => iterator.next(),
    cancel(reason) {
      if (over) return;
      over = true;
      // The stream of an official SDK carries the controller of its request. Its iterator, a
      // generator, would hear of a return only once its pending read settled.
      const { abort } = iterable.controller ?? {};
      try {
        if (typeof abort === "function") abort.call(iterable.controller, reason);
        Promise.resolve(iterator.return?.()).catch(ignore);
      } catch {
        // A reader that is gone cannot be told.
      }
    },
    release() {
      over = true;
    },
  };
}

interface Abortable {
  controller?: { abort?: unknown };
}

function ignore(): void {
  // Nobody is left who could be told.
}
