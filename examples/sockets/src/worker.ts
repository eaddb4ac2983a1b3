import { DurableObject } from "cloudflare:workers";
import { serveSocket, type SocketEntry } from "@millrace/ws";
import { answer, type Question } from "./answer.ts";

// Cloudflare Workers: the sockets of a room all meet in one Durable Object, which keeps the streams
// of the room. A client that comes back, from wherever, goes on behind the last item that it has.

interface Env {
  ROOMS: DurableObjectNamespace<Room>;
}

export default {
  fetch(request, env) {
    const { pathname } = new URL(request.url);
    return env.ROOMS.get(env.ROOMS.idFromName(pathname)).fetch(request);
  },
} satisfies ExportedHandler<Env>;

export class Room extends DurableObject {
  readonly #streams = new Map<string, Kept>();

  override fetch(request: Request): Response {
    if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
      return new Response("Here are sockets only.", { status: 426 });
    }
    const { 0: client, 1: server } = new WebSocketPair();
    server.accept();
    serveSocket<Question>(
      server,
      (question, context) => {
        const kept = keep(answer(question, context));
        this.#streams.set(context.stream!, kept);
        return kept.values();
      },
      {
        request,
        attach: (stream, after) => this.#streams.get(stream)?.entries(after),
        cancel: (stream) => this.#streams.get(stream)?.stop(),
      },
    );
    const headers = { "sec-websocket-protocol": "millrace.v1" };
    return new Response(null, { status: 101, webSocket: client, headers });
  }
}

interface Kept {
  entries(after: number): AsyncGenerator<SocketEntry>;
  values(): AsyncGenerator<unknown>;
  stop(): void;
}

const MOST_AHEAD = 1_000; // items that are made before anybody wants them

/** Keeps what a source gives, and makes more as somebody wants it: in memory, as long as the room lives. */
function keep(source: AsyncGenerator<unknown>): Kept {
  const items: unknown[] = [];
  let pending: Promise<void> | undefined;
  let over = false;

  function more(): Promise<void> {
    pending ??= source.next().then(({ done, value }) => {
      pending = undefined;
      if (done === true) over = true;
      else items.push(value);
    });
    return pending;
  }

  async function* entries(after: number): AsyncGenerator<SocketEntry> {
    for (let seq = after + 1; ; seq++) {
      while (seq > items.length && !over && items.length < after + MOST_AHEAD + seq) await more();
      if (seq > items.length) return;
      yield { seq, value: items[seq - 1] };
    }
  }

  return {
    entries,
    async *values() {
      for await (const { value } of entries(0)) yield value;
    },
    stop() {
      over = true;
      void source.return(undefined);
    },
  };
}
