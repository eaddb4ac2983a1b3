import type { Source } from "@millrace/core";
import { openOutlet, openSource } from "@millrace/core/streams";
import { ask } from "./ask.ts";

/** A stream that gives what its source gives, until somebody stops it from outside. */
export interface Relay<O> {
  readonly readable: ReadableStream<O>;
  /** Errors the stream, behind what has come, and cancels the source with the same reason. */
  fail(this: void, error: unknown): void;
  /** Ends the stream, after a last item if there is one, and cancels the source with the reason. */
  end(this: void, reason: unknown, ...last: O[]): void;
}

export interface RelayOptions<I> {
  /** A reader waits, and the source is asked. */
  onWait?(this: void): void;
  /** The source has answered with an item, which goes on to the reader next. */
  onItem?(this: void, item: I): void;
  /** The stream is over, in whatever way: the moment to let go of timers and listeners. */
  onOver(this: void): void;
}

/** Reads a source only while a reader waits. What an option throws fails the stream. */
export function relay<I, O = never>(
  source: Source<I>,
  { onWait, onItem, onOver }: RelayOptions<I>,
): Relay<I | O> {
  const feed = openSource(source);
  let asking = false;
  let over = false;

  const outlet = openOutlet<I | O>(askOn, (reason) => {
    finish();
    feed.cancel(reason);
  });

  const answers = {
    onItem(item: I): void {
      asking = false;
      if (over) return;
      try {
        onItem?.(item);
      } catch (error) {
        fail(error);
        return;
      }
      outlet.put(item);
      askOn();
    },
    onEnd(): void {
      if (over) return;
      finish();
      outlet.close();
    },
    onError(error: unknown): void {
      if (over) return;
      finish();
      outlet.error(error);
    },
  };

  function askOn(): void {
    if (asking || over || !outlet.isHungry()) return;
    asking = true;
    onWait?.();
    ask(feed, answers);
  }

  function finish(): void {
    if (over) return;
    over = true;
    onOver();
  }

  function fail(error: unknown): void {
    if (over) return;
    finish();
    feed.cancel(error);
    outlet.error(error);
  }

  return {
    readable: outlet.readable,
    fail,
    end(reason, ...last) {
      if (over) return;
      finish();
      feed.cancel(reason);
      for (const item of last) outlet.put(item);
      outlet.close();
    },
  };
}
