import type { AcquireOptions, Lease, StoredEntry } from "@millrace/core/store";
import type { Group } from "../shared/append-queue.ts";
import { wholeMilliseconds } from "../shared/durations.ts";
import { fenced, gap, tooLarge } from "../shared/refusals.ts";
import type { Kept, LogMessage } from "./message.ts";
import type { Server } from "./server.ts";
import { stateOf, type StreamState } from "./state.ts";

/** Writes logs, each message behind the one that it must follow. */
export interface LogWriter {
  acquire(this: void, id: string, options: AcquireOptions): Promise<Lease | undefined>;
  append(this: void, id: string, epoch: number, group: Group): Promise<void>;
  renew(this: void, id: string, epoch: number): Promise<void>;
}

// Producers whose last message is remembered, so that an append asks for nothing first.
const MOST_PRODUCERS = 10_000;

/** @param mostBytes In one message. */
export function logWriter(server: Server, mostBytes: () => number): LogWriter {
  const lasts = new Map<string, Kept<LogMessage>>();

  function remember(id: string, last: Kept<LogMessage>): void {
    lasts.delete(id);
    if (last.message.end) return;
    lasts.set(id, last);
    if (lasts.size > MOST_PRODUCERS) lasts.delete([...lasts.keys()][0]!);
  }

  async function acquire(id: string, options: AcquireOptions): Promise<Lease | undefined> {
    const task = { verb: "acquire", id };
    const holder = crypto.randomUUID();
    const terms = {
      holder,
      lease: wholeMilliseconds(options.lease),
      ttl: wholeMilliseconds(options.ttl),
    };
    for (;;) {
      const { state, last } = await stateOf(server, task);
      if (last?.message.holder === holder) {
        // It was written, and the answer lost.
        remember(id, last);
        return { epoch: last.message.epoch, tail: last.message.tail };
      }
      const before = state?.last.message;
      if (state !== undefined && !isFree(state.last.message, state.silentFor, options)) {
        return undefined;
      }
      if (state === undefined && last !== undefined) await server.purge(task, last.place);
      const now = await server.now(task);
      // Of microseconds: an id that is deleted may be used again within a millisecond.
      const first = Math.max(Math.ceil(now * 1_000), (last?.message.epoch ?? 0) + 1);
      const epoch = before === undefined ? first : before.epoch + 1;
      const born = before?.born ?? epoch;
      const tail = before?.tail ?? 0;
      const fence = { ...terms, born, epoch, tail, end: false, texts: [] };
      const place = await server.append(task, fence, state?.last.place ?? 0);
      if (place === undefined) continue; // somebody was faster
      remember(id, { message: fence, place, time: now });
      return { epoch, tail };
    }
  }

  /** The producer's own stream; refused where it is not the producer any more. */
  async function own(verb: string, id: string, epoch: number): Promise<StreamState> {
    const { state } = await stateOf(server, { verb, id });
    if (state?.last.message.epoch !== epoch) {
      lasts.delete(id);
      throw fenced(verb, id, epoch);
    }
    return state;
  }

  async function append(id: string, epoch: number, { entries, end }: Group): Promise<void> {
    const verb = "append to";
    let rest: readonly StoredEntry[] = entries;
    let last = lasts.get(id);
    let isCertain = last?.message.epoch !== epoch; // that nobody has taken over
    if (last === undefined || isCertain) ({ last } = await own(verb, id, epoch));
    for (;;) {
      const { tail, end: isEnded } = last.message;
      rest = rest.filter(({ seq }) => seq > tail);
      const [first] = rest;
      if (!isCertain && first?.seq !== tail + 1) {
        ({ last } = await own(verb, id, epoch));
        isCertain = true;
        continue;
      }
      if (first === undefined) return; // it is there already
      if (isEnded) throw fenced(verb, id, epoch);
      if (first.seq > tail + 1) throw gap(id, first.seq);
      const some = within(rest, mostBytes());
      if (some.length === 0) throw tooLarge(id, first.seq, mostBytes());
      const message: LogMessage = {
        ...last.message,
        tail: some.at(-1)!.seq,
        end: end && some.length === rest.length,
        texts: some.map(({ text }) => text),
      };
      const place = await server.append({ verb, id }, message, last.place);
      isCertain = true;
      if (place === undefined) ({ last } = await own(verb, id, epoch));
      else {
        last = { ...last, message, place };
        remember(id, { ...last, message: { ...message, texts: [] } });
      }
    }
  }

  return {
    acquire,
    append,
    async renew(id, epoch) {
      const task = { verb: "renew", id };
      for (let isSigned = false; !isSigned;) {
        const { last, signedAt } = await own("renew", id, epoch);
        const { born, end } = last.message;
        if (end) throw fenced("renew", id, epoch);
        // A sign that was long on its way must not stand in place of one that a successor gave.
        isSigned = await server.sign(task, "alive", { born, epoch }, signedAt);
      }
    },
  };
}

function isFree(
  { end, lease, tail }: LogMessage,
  silentFor: number,
  { fresh = false }: AcquireOptions,
): boolean {
  return !end && silentFor >= lease && !(fresh && tail > 0);
}

const AROUND = 1024; // bytes of a message beside its texts
const MOST_BYTES = 6; // that JSON makes of one UTF-16 unit

/** As many of the first entries as fit into a message. */
function within(entries: readonly StoredEntry[], mostBytes: number): StoredEntry[] {
  let left = mostBytes - AROUND;
  const some: StoredEntry[] = [];
  for (const entry of entries) {
    left -= bytesOf(entry.text);
    if (left < 0) break;
    some.push(entry);
  }
  return some;

  function bytesOf(text: string): number {
    if (text.length * MOST_BYTES < left) return text.length * MOST_BYTES;
    return new TextEncoder().encode(JSON.stringify(text)).length + 1;
  }
}
