import { map, pipe } from "@millrace/core";
import { connectSse } from "@millrace/sse";
import { dataOf, LAST_ID, seqOf } from "./answer-event.ts";
import { post, type Conversation, type Hooks, type NumberedEvent, type Question } from "./ask.ts";
import { tapped } from "./tap.ts";

const AWAY = 1_500; // milliseconds: long enough to see that something is missing

/**
 * Asks over server-sent events, for an answer that goes on while nobody is connected. `connectSse`
 * comes back by itself, behind the last event that it has.
 */
export function askOverSse(question: Question, hooks: Hooks): Conversation {
  const { headers } = hooks;
  const left = new AbortController();
  let connection = new AbortController();
  let url: string | undefined; // where the answer can be read again

  async function* events(): AsyncGenerator<NumberedEvent> {
    const body = { ...question, resumable: true };
    const signal = AbortSignal.any([left.signal, connection.signal]);
    let first: Response | undefined = await post("/v1/stream/parts", body, { headers, signal });
    url = first.headers.get("location")!;

    async function connect(input: string | URL | Request, init: RequestInit): Promise<Response> {
      const response = first ?? (await fetchAgain(input, init));
      first = undefined;
      return response.body === null ? response : tapped(response, hooks.onConnect());
    }

    async function fetchAgain(input: string | URL | Request, init: RequestInit): Promise<Response> {
      connection = new AbortController();
      const signal = AbortSignal.any([init.signal!, connection.signal]);
      const response = await fetch(input, { ...init, signal });
      hooks.onReturn();
      return response;
    }

    yield* pipe(
      connectSse(url, {
        fetch: connect,
        headers,
        signal: left.signal,
        until: ({ lastEventId }) => lastEventId === LAST_ID,
        onReconnect: (_, delay) => hooks.onLost(delay),
        retryDelay: AWAY,
        random: () => 0.999,
      }),
      map((event) => ({ seq: seqOf(event), data: dataOf(event) })),
    );
  }

  return {
    events: events(),
    drop: () => connection.abort(),
    cancel() {
      left.abort();
      // The answer does not need its reader: it has to be told. `keepalive`: also by a page that closes.
      if (url === undefined) return;
      fetch(url, { method: "DELETE", headers, keepalive: true }).catch(ignore);
    },
  };
}

function ignore(): void {
  // Without a reader the answer ends by itself, a little later.
}
