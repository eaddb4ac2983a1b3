/** A readable stream from its maker's side: a queue that gives one item a read, then its end. */
export interface Outlet<O> {
  /** Its async iterator cancels at once when it is left, also while a read is pending. */
  readonly readable: ReadableStream<O>;
  /** Nothing waits in the queue. */
  isEmpty(this: void): boolean;
  /** A reader waits for an output. */
  isHungry(this: void): boolean;
  /** Queues an item, or serves the reader that waits. Does nothing once the reader has cancelled. */
  put(this: void, output: O): void;
  /** Closes the readable once its last item was read. The first of `close` and `error` counts. */
  close(this: void): void;
  /** Errors the readable once its last item was read. */
  error(this: void, reason: unknown): void;
}

const MOST_AHEAD = 64;

/**
 * Opens a readable stream that loses nothing: an item put before a failure is read before it.
 *
 * - **When:** `onRead` is called when a reader waits and nothing is queued, or when a read has left
 *   the queue empty: the moment to read on from the source. `onCancel` is called when the reader
 *   cancels.
 * - **Errors:** none. After an end, or a cancel, nothing that is put or ended counts any more.
 * - **Cost:** one promise a read, the platform's own.
 * - **Source:** Streams standard, clause 4. The platform's queue is never trusted with an end:
 *   `controller.error` throws away what is in it. So the last item waits in a queue of our own,
 *   until those ahead of it were read.
 *
 * @example
 * ```ts
 * import { openOutlet, openSource } from "@millrace/core/streams";
 *
 * const feed = openSource(["mill", "race"]);
 * const outlet = openOutlet<string>(readOn, feed.cancel);
 *
 * async function readOn(): Promise<void> {
 *   const { done, value } = await feed.read();
 *   if (done) outlet.close();
 *   else outlet.put(value!.toUpperCase());
 * }
 *
 * for await (const item of outlet.readable) console.log(item); // => "MILL", "RACE"
 * ```
 */
export function openOutlet<O>(onRead: () => void, onCancel: (reason: unknown) => void): Outlet<O> {
  let controller!: ReadableStreamDefaultController<O>;
  let queue: O[] = [];
  let head = 0; // queue[head] is the next item to be read
  let hungry = false; // a read waits, so the queue is empty
  let ending: { error?: unknown } | undefined; // what comes after the last item
  let over = false; // the reader has seen the end, or does not want it

  const isEmpty = () => head === queue.length;

  function finish(): void {
    // With our queue empty, an item is in the platform's only if a reader let go while its read was
    // pending; then the end waits for the next read.
    if (over || ending === undefined || !isEmpty() || controller.desiredSize! < 0) return;
    over = true;
    hungry = false;
    if ("error" in ending) controller.error(ending.error);
    else controller.close();
  }

  function settle(how: { error?: unknown }): void {
    ending ??= how;
    finish();
  }

  /** Serves a read, and the next ones ahead: those need no pull. The last item is never ahead. */
  function give(): void {
    const last = Math.min(queue.length - 1, head + MOST_AHEAD);
    do {
      const output = queue[head]!;
      queue[head++] = undefined as O; // not to be kept until the whole queue was read
      controller.enqueue(output);
    } while (head < last);
    if (head * 2 < queue.length) return;
    queue = queue.slice(head); // so that a queue which is never empty does not grow for ever
    head = 0;
  }

  const readable = new ReadableStream<O>(
    {
      start(given) {
        controller = given;
      },
      pull() {
        if (controller.desiredSize! < 0) return; // the read was served meanwhile
        if (isEmpty()) hungry = true;
        else give();
        finish();
        if (!over && isEmpty()) onRead();
      },
      cancel(reason) {
        over = true;
        hungry = false;
        queue = [];
        head = 0;
        onCancel(reason);
      },
    },
    { highWaterMark: 0 },
  );

  return {
    readable: iterable(readable),
    isEmpty,
    isHungry: () => hungry,
    put(output) {
      if (over) return;
      if (hungry) {
        hungry = false;
        controller.enqueue(output);
      } else queue.push(output);
    },
    close: () => {
      settle({});
    },
    error: (error) => {
      settle({ error });
    },
  };
}

/**
 * Gives a stream an iterator whose `return` cancels at once. The platform's waits for a pending
 * read, which may never settle; some browsers have none.
 */
function iterable<O>(readable: ReadableStream<O>): ReadableStream<O> {
  const values = (options?: ReadableStreamIteratorOptions) => iterate(readable, options);
  return Object.defineProperties(readable, {
    values: { value: values },
    [Symbol.asyncIterator]: { value: values },
  });
}

function iterate<O>(
  readable: ReadableStream<O>,
  options?: ReadableStreamIteratorOptions | null,
): ReadableStreamAsyncIterator<O> {
  const reader = readable.getReader();
  const done = { done: true as const, value: undefined };
  let over = false; // the end was read, or is not wanted
  let last: Promise<unknown> | undefined; // the newest read, perhaps still pending

  function release(): void {
    over = true;
    reader.releaseLock();
  }

  function next(): Promise<ReadableStreamReadResult<O>> {
    if (over) return Promise.resolve(done);
    const read = reader.read().then(
      (result) => {
        if (result.done) release();
        return result;
      },
      (error: unknown) => {
        release();
        throw error;
      },
    );
    last = read;
    return read;
  }

  const iterator = {
    next,
    async return() {
      try {
        if (options?.preventCancel === true) await last?.catch(() => undefined);
        else if (!over) await reader.cancel(); // rejects where the stream has failed
      } finally {
        release();
      }
      return done;
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator as unknown as ReadableStreamAsyncIterator<O>;
}
