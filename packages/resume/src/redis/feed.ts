import { systemClock } from "@millrace/core/clock";
import type { StoreError } from "@millrace/core/store";
import { unavailable } from "../shared/patience.ts";
import { closed } from "../shared/refusals.ts";
import { isPassing, itemsOf, pairsOf, textOf, type Connection } from "./connection.ts";
import {
  openFollower,
  placeOf,
  type Follower,
  type FollowOptions,
  type Listener,
} from "./follower.ts";
import { isBehind } from "./keys.ts";

/** Follows many Redis streams on one blocking connection, which is there while somebody follows. */
export interface Feed {
  follow(this: void, options: FollowOptions): Follower;
  /** Hangs up. Whoever follows hears that it is closed. */
  close(this: void): void;
}

export interface FeedOptions {
  connection: Connection;
  prefix: string;
  /** Milliseconds without an answer, after which whoever follows is told. */
  timeout: number;
  /** Entries of Redis in one answer, for each stream. */
  count: number;
}

// A follower that comes while the connection is blocked rings a bell that the connection listens to.
// It blocks no longer than this, so that nobody waits longer whose ring is lost, and that what is over
// is seen within a second.
const LONGEST_BLOCK = 300; // ms
const LINGER = 1_000; // ms that the connection stays when nobody follows
const FIRST_PAUSE = 25; // ms before it is opened again
const LONGEST_PAUSE = 1_000;
const BELL_LIFE = "60000"; // ms that a bell stays, should its process die

export function openFeed({ connection, prefix, timeout, count }: FeedOptions): Feed {
  const bell = `${prefix}bell:${crypto.randomUUID()}`;
  const block = Math.max(1, Math.floor(Math.min(LONGEST_BLOCK, connection.impatience / 2)));
  const listeners = new Map<string, Set<Listener>>(); // by key; no set is empty
  let heard = "0-0"; // the last ring
  let isRinging = false;
  let asked: ReadonlyMap<string, string> | undefined; // while it is blocked: keys and places
  let blocking: Connection | undefined;
  let isRunning = false;
  let isClosed = false;
  let lookedAt = 0;
  let isLooking = false;
  let wake = (): void => undefined;
  let stay = (): void => undefined; // forgets that it was about to hang up

  async function run(): Promise<void> {
    isRunning = true;
    let answeredAt = systemClock.now();
    let pause = FIRST_PAUSE;
    while (listeners.size > 0 && !isClosed) {
      try {
        if (blocking === undefined) {
          blocking = connection.duplicate();
          await inTime(blocking.open(), timeout);
        }
        await ask(blocking);
        void look();
        answeredAt = systemClock.now();
        pause = FIRST_PAUSE;
      } catch (error) {
        hangUp();
        isRinging = false;
        const isLate = systemClock.now() - answeredAt >= timeout;
        if (isLate || !isPassing(error)) failAll(isLate, error);
        await sleep(pause);
        pause = Math.min(pause * 2, LONGEST_PAUSE);
      }
    }
    isRunning = false;
    stay = systemClock.after(isClosed ? 0 : LINGER, hangUp);
  }

  /** Waits for whatever comes first, and hands it on. */
  async function ask(on: Connection): Promise<void> {
    const places = new Map([...listeners].map(([key, own]) => [key, earliest(own)]));
    asked = places;
    const answering = on.command(
      ...["XREAD", "COUNT", String(count), "BLOCK", String(block)],
      ...["STREAMS", bell, ...places.keys(), heard, ...places.values()],
    );
    const reply = await inTime(answering, block + timeout).finally(() => (asked = undefined));
    for (const [name, answer] of pairsOf(reply)) {
      const key = textOf(name).slice(connection.keyPrefix.length);
      const entries = itemsOf(answer);
      if (key === bell) {
        heard = placeOf(entries.at(-1));
        isRinging = false;
      } else {
        // Who has come meanwhile, and is further behind than was asked for, would miss some.
        const asking = [...(listeners.get(key) ?? [])].filter((one) => isAsked(places, one));
        for (const listener of asking) listener.hear(entries);
      }
    }
  }

  /** Asks on behalf of those who have heard nothing lately whether there is anything to wait for. */
  async function look(): Promise<void> {
    const now = systemClock.now();
    if (isLooking || now - lookedAt < LONGEST_BLOCK) return;
    lookedAt = now;
    isLooking = true;
    const quiet = all().filter((one) => one.isQuiet());
    const answers = quiet.map(async (one) => {
      if (await one.options.isOver()) one.finish();
    });
    await Promise.allSettled(answers); // whoever cannot be told is asked about again
    isLooking = false;
  }

  function ring(): void {
    if (isRinging) return;
    isRinging = true;
    connection.command("XADD", bell, "MAXLEN", "1", "*", "ring", "1").catch(() => {
      isRinging = false;
    });
    connection.command("PEXPIRE", bell, BELL_LIFE).catch(() => undefined);
  }

  function onListen(listener: Listener): void {
    const { key } = listener.options;
    const own = listeners.get(key);
    if (own === undefined) listeners.set(key, new Set([listener]));
    else own.add(listener);
    stay();
    if (isClosed) listener.fail(closedTo(listener));
    else if (!isRunning) void run();
    else if (asked !== undefined && !isAsked(asked, listener)) ring();
  }

  function onLeave(listener: Listener): void {
    const { key } = listener.options;
    const own = listeners.get(key);
    own?.delete(listener);
    if (own?.size === 0) listeners.delete(key);
  }

  function all(): Listener[] {
    return [...listeners.values()].flatMap((own) => [...own]);
  }

  function failAll(isLate: boolean, error: unknown): void {
    for (const one of all()) {
      one.fail(isLate ? unavailable(one.options.task, timeout, error) : error);
    }
  }

  function hangUp(): void {
    blocking?.close();
    blocking = undefined;
  }

  function sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = systemClock.after(milliseconds, resolve);
      wake = () => {
        cancel();
        resolve();
      };
    });
  }

  return {
    follow: (options) => openFollower(options, { onListen, onLeave }),
    close() {
      isClosed = true;
      stay();
      wake();
      for (const one of all()) one.fail(closedTo(one));
      hangUp();
      connection.command("DEL", bell).catch(() => undefined);
    },
  };
}

function closedTo({ options: { task } }: Listener): StoreError {
  return closed(task.verb, task.id);
}

/** Behind which entry to ask, so that none of them misses one. */
function earliest(listeners: ReadonlySet<Listener>): string {
  const [first, ...others] = [...listeners].map(({ place }) => place);
  return others.reduce((left, right) => (isBehind(left, right) ? right : left), first!);
}

/** Whether what is behind the listener's place is asked for already. */
function isAsked(asked: ReadonlyMap<string, string>, { options, place }: Listener): boolean {
  const from = asked.get(options.key);
  return from !== undefined && !isBehind(from, place);
}

/** The same, or an error when it takes longer. */
function inTime<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = systemClock.after(milliseconds, () => {
      reject(new Error(`Redis has not answered for ${String(milliseconds / 1000)} s`));
    });
    promise.finally(cancel).then(resolve, reject);
  });
}
