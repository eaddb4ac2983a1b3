/** A reader that may have to be waited for. */
type LateReader<T> = Pick<ReadableStreamDefaultReader<T>, "read" | "cancel">;

/**
 * A stream that opens its source at the first read, and may wait for it. A cancel while it waits, too,
 * aborts the signal that the source is opened with.
 */
export function lateStream<T>(
  open: (signal: AbortSignal) => Promise<LateReader<T>>,
): ReadableStream<T> {
  const controller = new AbortController();
  const { signal } = controller;
  let opening: Promise<LateReader<T>> | undefined;

  async function start(): Promise<LateReader<T>> {
    const reader = await open(signal);
    if (signal.aborted) reader.cancel(signal.reason).catch(ignore);
    return reader;
  }

  return new ReadableStream<T>(
    {
      async pull(outlet) {
        const reader = await (opening ??= start());
        const { done, value } = await reader.read();
        if (signal.aborted) return;
        if (done) outlet.close();
        else outlet.enqueue(value);
      },
      cancel(reason) {
        controller.abort(reason);
        opening?.then((reader) => reader.cancel(reason)).catch(ignore);
      },
    },
    { highWaterMark: 0 },
  );
}

/** Reads ahead the first item: gives it again, then what follows. */
export function readAhead<T>(source: ReadableStream<T>): {
  first: Promise<unknown>;
  rest: ReadableStream<T>;
} {
  const reader = source.getReader();
  const first = reader.read();
  let ahead: typeof first | undefined = first;
  let isCancelled = false;
  const rest = new ReadableStream<T>(
    {
      async pull(outlet) {
        const next = ahead ?? reader.read();
        ahead = undefined;
        const { done, value } = await next;
        if (isCancelled) return;
        if (done) outlet.close();
        else outlet.enqueue(value);
      },
      // Also of a stream that nobody has read from: the source has begun.
      cancel(reason) {
        isCancelled = true;
        reader.cancel(reason).catch(ignore);
      },
    },
    { highWaterMark: 0 },
  );
  return { first, rest };
}

function ignore(): void {
  // Nobody waits for it any more.
}
