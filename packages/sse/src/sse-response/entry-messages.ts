import { stage, type Stage } from "@millrace/core";
import { refusal } from "../encode-message.ts";
import { DONE_ID } from "./frames.ts";
import { withId, type Message } from "./item-messages.ts";

/** An item of a log. One without a number is sent to everybody, and moves no cursor. */
export interface SseEntry<V> {
  seq?: number | undefined;
  value: V;
}

/**
 * What an encoder makes of the entries of a log, for a client that has seen those up to `after`:
 * the encoder hears all of them, the client only the rest. An entry's number goes out with the last
 * message made of it, so that a client which lost the others asks for the whole entry again.
 */
export function entryMessages<V>(
  encode: () => Stage<V, Message>,
  after: number,
): Stage<SseEntry<V>, Message> {
  return stage((emit, end) => {
    let offset = 0;
    let dropping = after >= 0; // what is made now the client has seen
    let held: Message | undefined; // the newest message of the entry at hand, perhaps its last
    let ended: { reason: unknown } | undefined; // the encoder wants no more

    const machine = encode().start(
      (message) => {
        if (dropping) return;
        if (held !== undefined) emit(held);
        held = message;
      },
      (reason) => {
        ended = { reason };
      },
    );

    const lastId = (id: string | undefined) => (ended === undefined ? id : DONE_ID);

    /** The held message is the last one of its entry. */
    function release(id: string | undefined): void {
      const last = held;
      held = undefined;
      if (last !== undefined) emit(id === undefined ? last : withId(last, id));
      if (ended !== undefined) end(ended.reason);
    }

    release(lastId(undefined));
    return {
      push(entry) {
        const { seq, value } = checkEntry(entry, offset);
        offset++;
        dropping = seq !== undefined && seq <= after;
        machine.push(value);
        release(lastId(seq?.toString()));
      },
      flush() {
        dropping = false;
        machine.flush();
        release(DONE_ID);
      },
      fail(reason) {
        dropping = false;
        try {
          machine.fail(reason);
        } finally {
          release(lastId(undefined));
        }
      },
    };
  });
}

function checkEntry<V>(entry: SseEntry<V>, offset: number): SseEntry<V> {
  const { seq } = Object(entry) as SseEntry<V>;
  const isNumbered = seq === undefined || (Number.isSafeInteger(seq) && seq >= 0);
  if (isNumbered && "value" in Object(entry)) return entry;
  throw refusal("with encode, an item must be { seq, value }, its seq a whole number", offset);
}
