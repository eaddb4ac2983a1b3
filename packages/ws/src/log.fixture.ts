// Streams that are kept, in the simplest way there is: what `attach` is asked for.
import type { SocketEntry } from "./serve-socket.ts";

export interface Log {
  /** Writes down what a source gives, whoever reads; what it gives itself are the values. */
  record(this: void, name: string, source: AsyncIterable<unknown>): AsyncIterable<unknown>;
  /** The entries behind a number; `undefined` for a name that is not known. */
  attach(this: void, name: string, after: number): AsyncIterable<SocketEntry> | undefined;
  /** How many streams were recorded by each name. */
  readonly recorded: Map<string, number>;
}

interface Kept {
  values: unknown[];
  ending: { error?: unknown } | undefined;
  wake: (() => void)[];
}

export function openLog(): Log {
  const kept = new Map<string, Kept>();
  const recorded = new Map<string, number>();

  async function* entries(one: Kept, after: number): AsyncGenerator<SocketEntry> {
    for (let seq = after + 1; ; seq++) {
      while (seq > one.values.length && one.ending === undefined) {
        await new Promise<void>((resolve) => one.wake.push(resolve));
      }
      if (seq > one.values.length) break;
      yield { seq, value: one.values[seq - 1] };
    }
    if ("error" in one.ending!) throw one.ending.error;
  }

  async function write(one: Kept, source: AsyncIterable<unknown>): Promise<void> {
    const wake = () => {
      for (const each of one.wake.splice(0)) each();
    };
    try {
      for await (const value of source) {
        one.values.push(value);
        wake();
      }
      one.ending = {};
    } catch (error) {
      one.ending = { error };
    }
    wake();
  }

  async function* values(one: Kept): AsyncGenerator {
    for await (const { value } of entries(one, 0)) yield value;
  }

  return {
    record(name, source) {
      const one: Kept = { values: [], ending: undefined, wake: [] };
      kept.set(name, one);
      recorded.set(name, (recorded.get(name) ?? 0) + 1);
      void write(one, source);
      return values(one);
    },
    attach(name, after) {
      const one = kept.get(name);
      return one && entries(one, after);
    },
    recorded,
  };
}
