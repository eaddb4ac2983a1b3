import type { ClientFailure } from "../protocol/client-machine.ts";
import { startClient } from "../protocol/millrace-client.ts";
import type { ConnectedSocket } from "../connect-socket.ts";
import { openInbox, type Inbox } from "../inbox.ts";
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
      const begin = (id: string) => machine.request(id, stream, payload);
      return listen(stream, signal, begin, machine.cancel) as ReadableStream<never>;
    },
    attach(stream, { signal, after = 0 } = {}) {
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

function textOf(reason: unknown): string {
  if (reason instanceof Error) return reason.message;
  return typeof reason === "string" ? reason : "";
}
