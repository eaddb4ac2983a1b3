import { openOutlet } from "@millrace/core/streams";
import { openReader, type Reader } from "../replay/reader.ts";
import type { StreamPlace } from "../store-access.ts";

const MOST_WAITING = 64; // entries
const MOST_WAITING_UNITS = 65_536;

export interface OutputOptions<V, O> extends StreamPlace {
  grace: number;
  make(this: void, seq: number, value: V): O;
  /** The stream is over, in whatever way. */
  onOver(this: void): void;
  /** Nobody reads any more. */
  onLeave(this: void, reason: unknown): void;
}

/** What the recorder's own reader gets. */
export interface Output<V, O> {
  readonly readable: ReadableStream<O>;
  /** An entry that is stored, and the units of its text. */
  give(this: void, seq: number, value: V, units: number): void;
  /** The stream is over as the log says, or failed on the way there. */
  end(this: void): void;
  error(this: void, error: unknown): void;
  /** The reader is served behind this entry. */
  begin(this: void, after: number): void;
  /** Fails at once, whatever the log will say. */
  abort(this: void, error: unknown): void;
  isOver(this: void): boolean;
  /** From here on the log is read: behind what was given, or behind an entry. */
  follow(this: void, after?: number): void;
}

/**
 * Gives entries to a reader as they are stored. One who is too slow for that reads the log instead:
 * what waits for a reader has an end.
 */
export function openOutput<V, O>(options: OutputOptions<V, O>): Output<V, O> {
  const { make } = options;
  let waiting: { seq: number; value: V; units: number }[] = [];
  let units = 0; // of what waits
  let given = 0; // the last entry that the reader has
  let ending: { error?: unknown } | undefined; // what comes behind what waits
  let reader: Reader | undefined; // of the log, once that is read
  let over = false;

  const outlet = openOutlet<O>(serve, (reason) => {
    leave();
    options.onLeave(reason);
  });

  function leave(): void {
    over = true;
    waiting = [];
    reader?.leave();
    options.onOver();
  }

  function serve(): void {
    if (reader !== undefined) {
      reader.pull();
      return;
    }
    const next = waiting.shift();
    if (next !== undefined) {
      units -= next.units;
      put(next.seq, next.value);
    }
    if (waiting.length > 0 || ending === undefined) return;
    over = true;
    if ("error" in ending) outlet.error(ending.error);
    else outlet.close();
    options.onOver();
  }

  function put(seq: number, value: V): void {
    given = seq;
    outlet.put(make(seq, value));
  }

  function settle(how: { error?: unknown }): void {
    if (over || reader !== undefined) return; // the log says it, too
    ending = how;
    if (waiting.length === 0) serve();
  }

  function follow(after = given): void {
    if (over || reader !== undefined) return;
    waiting = [];
    reader = openReader<V>(
      { ...options, after },
      {
        isHungry: outlet.isHungry,
        onEntry: put,
        onEnd() {
          leave();
          outlet.close();
        },
        onError(error) {
          leave();
          outlet.error(error);
        },
      },
    );
    if (outlet.isHungry()) reader.pull();
  }

  return {
    readable: outlet.readable,
    begin(after) {
      given = after;
    },
    give(seq, value, size) {
      if (over || reader !== undefined) return;
      if (outlet.isHungry()) put(seq, value);
      else if (
        waiting.length === 0 ||
        (waiting.length < MOST_WAITING && units < MOST_WAITING_UNITS)
      ) {
        waiting.push({ seq, value, units: size });
        units += size;
      } else follow();
    },
    end() {
      settle({});
    },
    error(error) {
      settle({ error });
    },
    abort(error) {
      if (over) return;
      leave();
      outlet.error(error);
    },
    isOver: () => over,
    follow,
  };
}
