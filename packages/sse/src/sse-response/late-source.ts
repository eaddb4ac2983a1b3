import type { Source } from "@millrace/core";
import { openSource, type Feed } from "@millrace/core/streams";

/** What a source that is made for one client may want to know. */
export interface SseContext {
  /** The last id that the client has seen, if it comes back. */
  lastEventId: string | undefined;
  /** Aborted, with the reason, when the client is gone or the stream is over for another reason. */
  signal: AbortSignal;
}

export type MakeSource<I> = (context: SseContext) => Source<I> | PromiseLike<Source<I>>;

/** A source that is made at the first read. */
export function lateSource<I>(make: MakeSource<I>, lastEventId: string | undefined): Feed<I> {
  const controller = new AbortController();
  const { signal } = controller;
  let feed: Feed<I> | undefined;

  async function readFirst() {
    feed = openSource(await make({ lastEventId, signal }));
    if (signal.aborted) feed.cancel(signal.reason);
    return feed.read();
  }

  return {
    read: () => (feed === undefined ? readFirst() : feed.read()),
    cancel(reason) {
      controller.abort(reason);
      feed?.cancel(reason);
    },
    release() {
      feed?.release();
    },
  };
}
