// Sources, stages and readers for the tests of this package.
import { afterEach, beforeEach, expect } from "vitest";
import { stage, type Stage } from "./stage.ts";

/** Fails each test of a file that leaves a rejection unhandled. */
export function withoutRejections(): void {
  const rejections: unknown[] = [];
  const note = (reason: unknown) => rejections.push(reason);
  beforeEach(() => {
    process.on("unhandledRejection", note);
  });
  afterEach(async () => {
    await pause();
    process.off("unhandledRejection", note);
    expect(rejections.splice(0)).toEqual([]);
  });
}

/** Emits a text letter by letter and throws at an exclamation mark. */
export function letters(): Stage<string, string> {
  return stage((emit) => ({
    push(text) {
      for (const letter of text) {
        if (letter === "!") throw new Error("bang");
        emit(letter);
      }
    },
    fail(reason) {
      emit(`(failed: ${(reason as Error).message})`);
    },
  }));
}

/** Passes everything on, and says when it is flushed. */
export function noisy(): Stage<string, string> {
  return stage((emit) => ({
    push: emit,
    flush: () => {
      emit("flushed");
    },
  }));
}

export function streamOf<T>(...items: T[]): ReadableStream<T> {
  return new ReadableStream({
    start(controller) {
      for (const item of items) controller.enqueue(item);
      controller.close();
    },
  });
}

/** Gives its items one a pull, then fails. */
export function failing<T>(...items: T[]): ReadableStream<T> {
  return new ReadableStream(
    {
      pull(controller) {
        const item = items.shift();
        if (item === undefined) controller.error(new Error("upstream"));
        else controller.enqueue(item);
      },
    },
    { highWaterMark: 0 },
  );
}

/** Gives its items one a pull, then hangs; notes the reasons it is cancelled with. */
export function watched<T>(...items: T[]): { stream: ReadableStream<T>; cancelled: unknown[] } {
  const cancelled: unknown[] = [];
  const stream = new ReadableStream<T>({
    pull(controller) {
      const item = items.shift();
      if (item === undefined) return new Promise(() => undefined);
      controller.enqueue(item);
      return undefined;
    },
    cancel(reason) {
      cancelled.push(reason);
    },
  });
  return { stream, cancelled };
}

export async function collect<T>(stream: ReadableStream<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

/** Reads with a pause before each read; an error is the last item. */
export async function slowly<T>(stream: ReadableStream<T>): Promise<unknown[]> {
  const items: unknown[] = [];
  const reader = stream.getReader();
  try {
    for (;;) {
      await pause();
      const result = await reader.read();
      if (result.done) return items;
      items.push(result.value);
    }
  } catch (error) {
    return [...items, error];
  }
}

export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5));
}
