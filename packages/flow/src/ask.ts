import type { Feed } from "@millrace/core/streams";

/** What comes of asking a source for its next item: one of these is called. */
export interface Answers<I> {
  onItem(this: void, item: I): void;
  onEnd(this: void): void;
  onError(this: void, error: unknown): void;
}

/** Asks a source for its next item. It answers later, never before this returns. */
export function ask<I>(feed: Feed<I>, answers: Answers<I>): void {
  void answer(feed, answers);
}

async function answer<I>(feed: Feed<I>, { onItem, onEnd, onError }: Answers<I>): Promise<void> {
  let done: boolean | undefined;
  let value: I | undefined;
  try {
    ({ done, value } = await feed.read()); // a broken iterator gives what cannot be taken apart
  } catch (error) {
    await Promise.resolve(); // `read` may have thrown at once
    feed.release();
    onError(error);
    return;
  }
  if (done !== true) {
    onItem(value as I);
    return;
  }
  feed.release();
  onEnd();
}
