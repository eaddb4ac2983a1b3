import { connectSocket } from "@millrace/ws";
import type { AnswerData } from "./answer-event.ts";
import type { Conversation, Hooks, NumberedEvent, Question } from "./ask.ts";

/** Asks over a WebSocket, by the protocol `millrace.v1`. Its chunks are frames: nothing cuts them. */
export function askOverSocket(question: Question, { headers, onConnect }: Hooks): Conversation {
  const url = new URL("/v1/ws/stream", location.href);
  url.protocol = url.protocol.replace("http", "ws");
  const left = new AbortController();

  class WatchedSocket extends WebSocket {
    constructor(address: string, protocols?: string[]) {
      super(address, protocols);
      const { connection, onChunk, onPiece } = onConnect();
      const encoder = new TextEncoder();
      this.addEventListener("message", ({ data }: MessageEvent<string>) => {
        const bytes = encoder.encode(data);
        connection.taken += bytes.length;
        onChunk(bytes);
        onPiece(bytes);
      });
    }
  }

  async function* events(): AsyncGenerator<NumberedEvent> {
    const auth = headers["x-api-key"]; // a handshake of a page has no headers of its own
    const socket = connectSocket(url, { WebSocket: WatchedSocket, maxAttempts: 1, auth });
    const payload = { unit: "parts", ...question };
    try {
      const items = socket.request<AnswerData>(payload, { signal: left.signal });
      for await (const data of items) yield { seq: undefined, data };
    } finally {
      socket.close();
    }
  }

  return { events: events(), cancel: () => left.abort() };
}
