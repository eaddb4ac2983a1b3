import type { Feed } from "@millrace/core/streams";

/** What comes of asking a source for its next item: one of these is called. */
export interface Answers<I> {
  onItem(this: void, item: I): void;
  onEnd(this: void): void;
  onError(this: void, error: unknown): void;
}

/** Asks a source for its next item. It answers later, never before this returns. */
export function ask<I>(feed: Feed<I>, { onItem, onEnd, onError }: Answers<I>): void {
  function breakOff(error: unknown): void {
    feed.release();
    onError(error);
  }

  try {
    Promise.resolve(feed.read()).then(({ done, value }) => {
      if (done !== true) {
        onItem(value as I);
        return;
      }
      feed.release();
      onEnd();
    }, breakOff);
  } catch (error) {
    queueMicrotask(() => {
      breakOff(error);
    });
  }
}
