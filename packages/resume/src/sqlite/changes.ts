import { systemClock } from "@millrace/core/clock";

/** Tells of changes to streams: those of this process at once, those of others by looking. */
export interface Changes {
  follow(this: void, id: string): Follow;
  /** Somebody in this process has changed a stream. */
  tell(this: void, id: string): void;
}

export interface Follow {
  /** How often the stream has changed, as far as is known. Asked before the stream is read. */
  readonly count: number;
  /** When it has changed since, also before this was called; now and then anyway; when left. */
  changedSince(this: void, count: number): Promise<void>;
  leave(this: void): void;
}

/** A look at the database. */
export interface Glance {
  /** Changes whenever another connection has written anything. */
  version(this: void): number;
  /** For each of the streams, what changes with it. */
  marks(this: void, ids: readonly string[]): ReadonlyMap<string, string>;
}

// What changes by time alone, that a stream is forgotten, no look at the database would tell.
const ANYWAY = 800; // ms

interface Followed {
  count: number;
  mark: string | undefined;
  followers: number;
  waiting: Set<() => void>;
}

/** @param interval Milliseconds between two looks, while somebody follows. */
export function openChanges({ version, marks }: Glance, interval: number): Changes {
  const streams = new Map<string, Followed>();
  let known: number | undefined; // the version of the last look; undefined: there was none
  let changedAnyway = systemClock.now();
  let isLooking = false;

  function lookLater(): void {
    if (isLooking) return;
    isLooking = true;
    systemClock.after(interval, look);
  }

  function look(): void {
    isLooking = false;
    if (streams.size === 0) return;
    try {
      const current = version();
      if (current !== known) compare(marks([...streams.keys()]));
      known = current;
    } catch {
      known = undefined; // another process holds the database for a moment
    }
    if (systemClock.now() - changedAnyway >= ANYWAY) {
      changedAnyway = systemClock.now();
      for (const stream of streams.values()) change(stream);
    }
    lookLater();
  }

  function compare(found: ReadonlyMap<string, string>): void {
    for (const [id, stream] of streams) {
      const mark = found.get(id);
      if (mark !== stream.mark) change(stream);
      stream.mark = mark;
    }
  }

  return {
    follow(id) {
      const stream = streams.get(id) ?? open();
      streams.set(id, stream);
      stream.followers++;
      known = undefined;
      lookLater();
      const own = new Set<() => void>();
      let isLeft = false;
      return {
        get count() {
          return stream.count;
        },
        changedSince: (count) =>
          new Promise((resolve) => {
            if (isLeft || stream.count !== count) {
              resolve();
              return;
            }
            const callback = (): void => {
              own.delete(callback);
              resolve();
            };
            own.add(callback);
            stream.waiting.add(callback);
          }),
        leave() {
          if (isLeft) return;
          isLeft = true;
          for (const callback of own) {
            stream.waiting.delete(callback);
            callback();
          }
          if (--stream.followers === 0) streams.delete(id);
        },
      };
    },
    tell(id) {
      const stream = streams.get(id);
      if (stream !== undefined) change(stream);
    },
  };
}

function open(): Followed {
  return { count: 0, mark: undefined, followers: 0, waiting: new Set() };
}

function change(stream: Followed): void {
  stream.count++;
  const { waiting } = stream;
  stream.waiting = new Set();
  for (const callback of waiting) callback();
}
