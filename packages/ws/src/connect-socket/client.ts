import type { ClientFailure } from "../protocol/client-machine.ts";
import { LONGEST_ID, LONGEST_REASON } from "../protocol/limits.ts";
import { startClient } from "../protocol/millrace-client.ts";
import type { ConnectedSocket } from "../connect-socket.ts";
import { openInbox, type Inbox } from "../inbox.ts";
import { shorten } from "../protocol/shorten.ts";
import { randomName } from "../random-name.ts";
import { SocketError } from "../socket-error.ts";
import { follow } from "./follow.ts";
import { keepLink, type LinkOptions } from "./link.ts";

export type ClientOptions = Omit<LinkOptions, "machine"> & {
  window: number;
  maxOutboxBytes: number;
};

interface Listening {
  readonly stream: string;
  readonly inbox: Inbox;
  readonly unfollow: () => void;
}

/** The streams of a client, on a link that is kept as long as one of them wants it. */
export function openClient(url: string, options: ClientOptions): ConnectedSocket {
  const listening = new Map<string, Listening>();
  let ids = 0; // given so far

  const machine = startClient(options, {
    send: (text) => {
      link.send(text);
    },
    close: (code, reason) => {
      link.drop(code, reason);
    },
    welcome: (frame) => {
      link.welcome(frame);
    },
    goaway: (retryAfter) => {
      link.goaway(retryAfter);
    },
    items: (id, values, bytes) => listening.get(id)?.inbox.put(values, bytes),
    ended(id, failure) {
      const found = forget(id);
      if (found === undefined) return;
      if (failure === undefined) found.inbox.close();
      else found.inbox.error(errorOf(failure, found.stream));
    },
  });
  const link = keepLink(url, { ...options, machine });

  function forget(id: string): Listening | undefined {
    const found = listening.get(id);
    listening.delete(id);
    found?.unfollow();
    return found;
  }

  /** Opens the stream that the machine is then told of, by its id. */
  function listen(
    stream: string,
    signal: AbortSignal | undefined,
    begin: (id: string) => boolean,
    letGo: (id: string, reason: string) => void,
  ): ReadableStream<unknown> {
    const id = String(++ids);
    const leave = (reason: unknown) => {
      if (forget(id) !== undefined) letGo(id, textOf(reason));
    };
    const inbox = openInbox({
      onConsumed(bytes) {
        machine.consumed(id, bytes);
      },
      onCancel: leave,
    });
    if (signal?.aborted === true) {
      inbox.error(signal.reason);
      return inbox.readable;
    }
    const unfollow = follow(signal, (reason) => {
      leave(reason);
      inbox.error(reason);
    });
    listening.set(id, { stream, inbox, unfollow });
    let hasRoom: boolean;
    try {
      hasRoom = begin(id);
    } catch (error) {
      forget(id);
      throw error; // of a payload that is no JSON
    }
    if (hasRoom) link.want();
    else {
      forget(id);
      const reason = `more than ${options.maxOutboxBytes} bytes would wait to be sent`;
      inbox.error(new SocketError(reason, { code: "outbox", retryable: true, stream }));
    }
    return inbox.readable;
  }

  return {
    request(payload, { signal, stream = randomName() } = {}) {
      checkName(stream);
      const begin = (id: string) => machine.request(id, stream, payload);
      return listen(stream, signal, begin, machine.cancel) as ReadableStream<never>;
    },
    attach(stream, { signal, after = 0 } = {}) {
      checkName(stream);
      if (!(Number.isSafeInteger(after) && after >= 0)) {
        throw new RangeError(`Cannot attach: after must be a whole number from 0, not ${after}`);
      }
      const begin = (id: string) => {
        machine.attach(id, stream, after);
        return true;
      };
      return listen(stream, signal, begin, machine.detach) as ReadableStream<never>;
    },
    close: link.close,
  };
}

function errorOf(failure: ClientFailure, stream: string): SocketError {
  return new SocketError(failure.message, { ...failure, stream });
}

/** The server would close the connection for a name that is none, with all streams on it. */
function checkName(stream: string): void {
  if (typeof stream === "string" && stream.length > 0 && stream.length <= LONGEST_ID) return;
  throw new RangeError(`Cannot stream: a name must be a string of 1 to ${LONGEST_ID} units`);
}

function textOf(reason: unknown): string {
  const text = reason instanceof Error ? reason.message : reason;
  return typeof text === "string" ? shorten(text, LONGEST_REASON) : "";
}
