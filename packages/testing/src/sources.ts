/** A source that keeps count of what happens to it. */
export interface CountingSource<T> {
  readonly readable: ReadableStream<T>;
  /** How many items were asked for and given. */
  readonly pulled: number;
  readonly cancelled: boolean;
  /** What it was cancelled with. */
  readonly reason: unknown;
}

export interface CountingSourceOptions {
  /** After the last item it stays open and gives nothing, as a hung server does. Default `false`. */
  stall?: boolean;
}

export interface SlowSourceOptions {
  /** Milliseconds before each item. Default 0, which is a turn of the event loop. */
  delay?: number;
}

/**
 * A source that counts what is pulled from it and remembers how it was cancelled. It makes nothing
 * ahead: an item is counted when somebody asked for it.
 *
 * @example
 * ```ts
 * import { map, pipe } from "@millrace/core";
 * import { countingSource } from "@millrace/testing";
 *
 * const source = countingSource(["mill", "race", "wheel"]);
 * const reader = pipe(source.readable, map((text: string) => text.length)).getReader();
 * await reader.read();
 * await reader.cancel("enough");
 * source.pulled; // => 1
 * source.reason; // => "enough"
 * ```
 */
export function countingSource<T>(
  items: Iterable<T>,
  options: CountingSourceOptions = {},
): CountingSource<T> {
  const iterator: Iterator<T, unknown> = items[Symbol.iterator]();
  const seen = { pulled: 0, cancelled: false, reason: undefined as unknown };
  const readable = new ReadableStream<T>(
    {
      pull(controller) {
        const next = iterator.next();
        if (next.done !== true) {
          seen.pulled++;
          controller.enqueue(next.value);
          return;
        }
        if (options.stall === true) return forever();
        controller.close();
      },
      cancel(reason) {
        seen.cancelled = true;
        seen.reason = reason;
      },
    },
    { highWaterMark: 0 },
  );
  return Object.defineProperties({ readable } as CountingSource<T>, {
    pulled: { get: () => seen.pulled, enumerable: true },
    cancelled: { get: () => seen.cancelled, enumerable: true },
    reason: { get: () => seen.reason, enumerable: true },
  });
}

/**
 * A source that gives its items and then errors. The error comes behind the last item, when it is
 * asked for: no item is lost in the source itself.
 *
 * @example
 * ```ts
 * import { encodeText, pipe } from "@millrace/core";
 * import { failingSource, slowReader } from "@millrace/testing";
 *
 * const broken = failingSource(["a\ud83d"], new Error("connection lost"));
 * const { outputs, ending } = await slowReader(pipe(broken, encodeText()));
 * outputs.length; // => 2
 * ending.type; // => "error"
 * ```
 */
export function failingSource<T>(items: Iterable<T>, error: unknown): ReadableStream<T> {
  const iterator: Iterator<T, unknown> = items[Symbol.iterator]();
  return new ReadableStream<T>(
    {
      pull(controller) {
        const next = iterator.next();
        if (next.done === true) controller.error(error);
        else controller.enqueue(next.value);
      },
    },
    { highWaterMark: 0 },
  );
}

/**
 * A source that gives each item in a later turn of the event loop.
 *
 * @example
 * ```ts
 * import { slowSource } from "@millrace/testing";
 *
 * for await (const item of slowSource(["a", "b"])) console.log(item); // => "a", "b"
 * ```
 */
export function slowSource<T>(
  items: Iterable<T>,
  { delay = 0 }: SlowSourceOptions = {},
): ReadableStream<T> {
  const iterator: Iterator<T, unknown> = items[Symbol.iterator]();
  let timer: ReturnType<typeof setTimeout> | undefined;
  return new ReadableStream<T>(
    {
      async pull(controller) {
        await new Promise<void>((resolve) => {
          timer = setTimeout(resolve, delay);
        });
        const next = iterator.next();
        if (next.done === true) controller.close();
        else controller.enqueue(next.value);
      },
      cancel() {
        clearTimeout(timer);
      },
    },
    { highWaterMark: 0 },
  );
}

function forever(): Promise<void> {
  return new Promise(() => undefined);
}
