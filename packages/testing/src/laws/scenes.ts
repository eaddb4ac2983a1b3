import { equal } from "../equal.ts";
import type { LawError } from "../law-error.ts";
import type { CountingSource } from "../sources.ts";
import { turn } from "../turn.ts";

const TURNS_TO_CANCEL = 50;
const TURNS_TO_SETTLE = 3;

/** A stream over a source that stalls behind its items, and what to expect of it. */
export interface Stream {
  readable: ReadableStream<unknown>;
  source: CountingSource<unknown>;
  /** How many items can be read before a read has to wait. */
  available: number;
  /** How many items are read before the reader acts. */
  reads: number;
  /** The source may be pulled so often for that many reads. */
  mostPulled: number;
  /** Gives what the promise gives, and lets the time pass that it needs. */
  wait: <T>(promise: Promise<T>) => Promise<T>;
  broken: (problem: string, more?: object) => LawError;
}

/** Something that a reader does to a stream, with what has to follow. */
export interface Scene {
  readonly name: string;
  play(stream: Stream): Promise<void>;
}

/** The ways in which a reader has had enough. */
export const SCENES: readonly Scene[] = [
  {
    name: "cancelled before the first read",
    async play({ readable, source, broken }) {
      const reason = new Error("Not wanted");
      await readable.cancel(reason);
      await verifyCancelled(source, reason, broken);
    },
  },
  {
    name: "cancelled after some items",
    async play({ readable, source, reads, wait, broken }) {
      const reason = new Error("Enough");
      const reader = readable.getReader();
      for (let read = 0; read < reads; read++) await wait(reader.read());
      await reader.cancel(reason);
      reader.releaseLock();
      await verifyCancelled(source, reason, broken);
    },
  },
  {
    name: "cancelled while a read is pending",
    async play({ readable, source, available, wait, broken }) {
      const reason = new Error("Waited too long");
      const reader = readable.getReader();
      for (let read = 0; read < available; read++) await wait(reader.read());
      const pending = reader.read();
      await turn();
      await reader.cancel(reason);
      if (!(await pending).done) throw broken("a read that was pending gives an item");
      reader.releaseLock();
      await verifyCancelled(source, reason, broken);
    },
  },
  {
    name: "left by break",
    async play({ readable, source, available, wait, broken }) {
      const iterator = readable[Symbol.asyncIterator]();
      if (available > 0) await wait(iterator.next());
      await iterator.return?.(); // what `break` does
      await verifyCancelled(source, undefined, broken);
    },
  },
  {
    name: "no longer read",
    async play({ readable, source, reads, mostPulled, wait, broken }) {
      const reader = readable.getReader();
      for (let read = 0; read < reads; read++) await wait(reader.read());
      for (let waited = 0; waited < TURNS_TO_SETTLE; waited++) await turn();
      const { pulled } = source;
      if (pulled > mostPulled) {
        const facts = { reads, pulled, "at most": mostPulled };
        throw broken("the source is pulled although nobody reads", facts);
      }
      await reader.cancel();
      reader.releaseLock();
    },
  },
];

/** What a cancel brings about may take some turns: it is not waited for. */
export async function verifyCancelled(
  source: CountingSource<unknown>,
  reason: unknown,
  broken: Stream["broken"],
): Promise<void> {
  await until(() => source.cancelled);
  if (!source.cancelled) throw broken("the source is not cancelled", { reason });
  if (!equal(source.reason, reason)) {
    throw broken("the source is cancelled with another reason", { reason, instead: source.reason });
  }
}

/** Waits some turns for what should come about by itself. */
export async function until(happened: () => boolean): Promise<void> {
  for (let waited = 0; !happened() && waited < TURNS_TO_CANCEL; waited++) await turn();
}
