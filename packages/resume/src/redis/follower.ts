import { itemsOf, textOf, type Reply } from "./connection.ts";
import { isBehind } from "./keys.ts";
import type { Task } from "../shared/patience.ts";

export interface FollowOptions {
  key: string;
  task: Task;
  /** Behind which entry to begin: a place in the Redis stream, never "from now on". */
  place: string;
  /** Asked now and then while nothing comes: whether there is nothing to wait for any more. */
  isOver(this: void): Promise<boolean>;
}

/** Follows one Redis stream: what its reader sees. */
export interface Follower {
  /**
   * The answer of Redis, of at least one entry behind the place; undefined when it is over. One call
   * at a time. It goes on listening until an answer has come that nobody waited for, which it keeps.
   */
  next(this: void): Promise<Reply[] | undefined>;
  /** Whether it listens, or keeps an answer. If not, there may be entries that it has not heard. */
  isUpToDate(this: void): boolean;
  /** The last entry that it has heard, or that its reader has read. */
  readonly place: string;
  moveTo(this: void, place: string): void;
  /** Lets go. Whoever waits hears that it is over. */
  leave(this: void): void;
}

/** The same, as the feed sees it. */
export interface Listener {
  readonly options: FollowOptions;
  readonly place: string;
  hear(this: void, entries: Reply[]): void;
  /** Whether it waits, and has heard nothing since this was asked the last time. */
  isQuiet(this: void): boolean;
  finish(this: void): void;
  fail(this: void, error: unknown): void;
}

export interface FollowerHooks {
  onListen(this: void, listener: Listener): void;
  onLeave(this: void, listener: Listener): void;
}

export function openFollower(
  options: FollowOptions,
  { onListen, onLeave }: FollowerHooks,
): Follower & Listener {
  let place = options.place;
  let kept: Reply[] | undefined;
  let isListening = false; // and if so, nothing is kept
  let isQuiet = true;
  let isOver = false;
  let waiting: { resolve(entries?: Reply[]): void; reject(error: unknown): void } | undefined;

  function stopListening(): void {
    if (isListening) onLeave(follower);
    isListening = false;
  }

  function finish(): void {
    isOver = true;
    stopListening();
    waiting?.resolve();
    waiting = undefined;
  }

  const follower: Follower & Listener = {
    options,
    get place() {
      return place;
    },
    next() {
      const entries = kept;
      kept = undefined;
      if (entries !== undefined || isOver) return Promise.resolve(entries);
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        if (isListening) return;
        isListening = true;
        onListen(follower);
      });
    },
    isUpToDate: () => isListening || kept !== undefined,
    moveTo(other) {
      place = other;
    },
    leave: finish,
    hear(heard) {
      const entries = heard.filter((entry) => isBehind(placeOf(entry), place));
      if (entries.length === 0) return;
      isQuiet = false;
      place = placeOf(entries.at(-1));
      if (waiting === undefined) {
        kept = entries;
        stopListening();
      } else {
        waiting.resolve(entries);
        waiting = undefined;
      }
    },
    isQuiet() {
      const wasQuiet = isQuiet && waiting !== undefined;
      isQuiet = true;
      return wasQuiet;
    },
    finish,
    fail(error) {
      stopListening();
      waiting?.reject(error);
      waiting = undefined;
    },
  };
  return follower;
}

/** The place of an entry as Redis answers it. */
export function placeOf(entry: Reply): string {
  return textOf(itemsOf(entry)[0]);
}
