import { systemClock } from "@millrace/core/clock";
import type { JsMsg } from "@nats-io/jetstream";
import type { StoredEntry } from "@millrace/core/store";
import type { Pull } from "../shared/pulled.ts";
import { missing, trimmed } from "../shared/refusals.ts";
import { entriesOf, type LogMessage } from "./message.ts";
import { release, type Consumption, type Server } from "./server.ts";
import { oldestOf, stateOf } from "./state.ts";

// Messages that come before they are asked for, to each reader.
const AHEAD = 32;
// Milliseconds that the server waits with an answer; half of it without a sign from the server, and
// the consumer is made anew.
const EXPIRES = 2_000;
const LOOK = 800; // ms: how soon a reader that hears nothing sees that the stream is gone

/** Reads a log from its beginning, and gives what follows an entry. */
export function readLog(server: Server, id: string, after: number): Pull<StoredEntry[]> {
  const task = { verb: "read", id };
  let seq = after; // of the last entry that was given
  let born = 0;
  let consumption: Consumption | undefined;
  let upcoming: AsyncIterator<JsMsg> | undefined;
  let isEnded = false;
  let isClosed = false;

  async function open(): Promise<void> {
    const [{ state }, first] = await Promise.all([stateOf(server, task), server.first(task)]);
    if (state === undefined) throw missing(id);
    const { message } = state.last;
    if (after + 1 < oldestOf(first?.message ?? message)) throw trimmed(id, after + 1);
    born = message.born;
    isEnded = message.end && after >= message.tail;
    if (isEnded) return;
    await consume();
  }

  async function consume(): Promise<void> {
    consumption = await server.consume(task, { max_messages: AHEAD, expires: EXPIRES });
    upcoming = consumption.messages[Symbol.asyncIterator]();
    if (isClosed) close();
  }

  /**
   * The next message. While none comes, the stream is looked at now and then. A consumer may be lost with
   * a connection and not come back: where there is more than it gives, twice in a row, another is made.
   */
  async function nextMessage(): Promise<LogMessage | undefined> {
    let pending = upcoming!.next();
    let isBehind = false;
    for (;;) {
      const { cancel, elapsed } = afterwards(LOOK);
      const result = await Promise.race([pending, elapsed]).finally(cancel);
      if (result !== undefined) return result.done === true ? undefined : result.value.json();
      const tail = await tailNow();
      if (isLeft()) return undefined;
      if (isBehind && tail > seq) {
        release(consumption!);
        await consume();
        pending = upcoming!.next();
      }
      isBehind = tail > seq;
    }
  }

  /** The last entry of the stream, if it is still there. */
  async function tailNow(): Promise<number> {
    const [last, now] = await Promise.all([server.last(task), server.now(task)]);
    if (last?.message.born !== born) throw missing(id);
    // Unless its messages are old, nobody has to ask whether its producer gave other signs.
    const isOld = now - last.time > last.message.ttl;
    if (isOld && (await stateOf(server, task)).state === undefined) throw missing(id);
    return last.message.tail;
  }

  function take(message: LogMessage): StoredEntry[] {
    if (message.born !== born) throw missing(id);
    const fresh = entriesOf(message).filter((entry) => entry.seq > seq);
    const [first] = fresh;
    if (first !== undefined && first.seq !== seq + 1) throw trimmed(id, seq + 1);
    seq = fresh.at(-1)?.seq ?? seq;
    isEnded = message.end;
    return fresh;
  }

  /** A function, since it changes while a message is awaited. */
  function isLeft(): boolean {
    return isClosed;
  }

  function close(): void {
    isClosed = true;
    if (consumption !== undefined) release(consumption);
  }

  return {
    async next() {
      if (upcoming === undefined && !isEnded) await open();
      while (!isEnded && !isClosed) {
        const message = await nextMessage();
        if (message === undefined) {
          if (isLeft()) return undefined;
          throw new DOMException(`Cannot read ${id}: the connection is closed`, "NetworkError");
        }
        const entries = take(message);
        if (entries.length > 0) return entries;
      }
      return undefined;
    },
    close,
  };
}

function afterwards(milliseconds: number): { elapsed: Promise<undefined>; cancel: () => void } {
  let cancel = (): void => undefined;
  const elapsed = new Promise<undefined>((resolve) => {
    cancel = systemClock.after(milliseconds, () => {
      resolve(undefined);
    });
  });
  return { elapsed, cancel };
}
