import { itemsOf, pairsOf, textOf, type Reply } from "./connection.ts";
import type { Feed } from "./feed.ts";
import type { Keys } from "./keys.ts";
import type { Server } from "./server.ts";

export interface StopWishOptions {
  id: string;
  keys: Keys;
  epoch: number;
  signal: AbortSignal | undefined;
  server: Server;
  feed: Feed;
}

/** Waits for the wish to stop; undefined when there is nobody to hear it any more. */
export async function stopWish(options: StopWishOptions): Promise<string | undefined> {
  const { id, keys, epoch, signal, server, feed } = options;
  const task = { verb: "wait for a stop of", id };

  async function isOver(): Promise<boolean> {
    const [exists, state] = await Promise.all([
      server.command(task, "EXISTS", keys.log),
      server.command(task, "HMGET", keys.state, "epoch", "ended"),
    ]);
    const [newest, ended] = itemsOf(state);
    return Number(exists) !== 1 || ended != null || textOf(newest) !== String(epoch);
  }

  if (signal?.aborted === true) return undefined;
  const [wishes, over] = await Promise.all([
    server.command(task, "XRANGE", keys.wish, "-", "+"),
    isOver(),
  ]);
  const [wish] = itemsOf(wishes);
  if (wish !== undefined) return reasonOf(wish);
  if (over || hasAborted(signal)) return undefined;
  const follower = feed.follow({ key: keys.wish, task, place: "0-0", isOver });
  const leave = (): void => {
    follower.leave();
  };
  signal?.addEventListener("abort", leave);
  try {
    const [entry] = (await follower.next()) ?? [];
    return entry === undefined ? undefined : reasonOf(entry);
  } finally {
    signal?.removeEventListener("abort", leave);
    follower.leave();
  }
}

function reasonOf(entry: Reply): string {
  const [, fields] = itemsOf(entry);
  const [[, reason] = []] = pairsOf(fields);
  return textOf(reason);
}

/** A function, since it changes while others are awaited. */
function hasAborted(signal: AbortSignal | undefined): boolean {
  return signal?.aborted === true;
}
