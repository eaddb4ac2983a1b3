import { itemsOf, pairsOf, textOf, type Reply } from "./connection.ts";
import type { Pull } from "../shared/pulled.ts";
import type { Feed } from "./feed.ts";
import type { Follower } from "./follower.ts";
import type { Keys } from "./keys.ts";
import type { Server } from "./server.ts";

export interface StopWishOptions {
  id: string;
  keys: Keys;
  epoch: number;
  server: Server;
  feed: Feed;
}

/** Waits for the wish to stop. It ends when there is nobody to hear it any more. */
export function stopWish({ id, keys, epoch, server, feed }: StopWishOptions): Pull<string> {
  const task = { verb: "wait for a stop of", id };
  let follower: Follower | undefined;
  let isClosed = false;

  async function isOver(): Promise<boolean> {
    const [exists, state] = await Promise.all([
      server.command(task, "EXISTS", keys.log),
      server.command(task, "HMGET", keys.state, "epoch", "ended"),
    ]);
    const [newest, ended] = itemsOf(state);
    return Number(exists) !== 1 || ended != null || textOf(newest) !== String(epoch);
  }

  return {
    async next() {
      const [wishes, over] = await Promise.all([
        server.command(task, "XRANGE", keys.wish, "-", "+"),
        isOver(),
      ]);
      const [wish] = itemsOf(wishes);
      if (wish !== undefined) return reasonOf(wish);
      if (over || isClosed) return undefined;
      follower = feed.follow({ key: keys.wish, task, place: "0-0", isOver });
      const [entry] = (await follower.next()) ?? [];
      return entry === undefined ? undefined : reasonOf(entry);
    },
    close() {
      isClosed = true;
      follower?.leave();
    },
  };
}

function reasonOf(entry: Reply): string {
  const [, fields] = itemsOf(entry);
  const [[, reason] = []] = pairsOf(fields);
  return textOf(reason);
}
