import type { ServerProtocol } from "../protocol/server-machine.ts";
import { plainServer } from "./plain-server.ts";

/** What a client of `simpleFrames` asks for. */
export interface SimplePayload {
  messages: unknown[];
  model?: string;
  [field: string]: unknown;
}

/**
 * A protocol for clients that are written by hand in a minute: one answer at a time, in frames
 * `{ type, data }`.
 *
 * - **In:** `complete { messages, model? }`, whose data is the payload, and `cancel {}`.
 * - **Out:** `start {}`; `chunk { content, index }` for each item, index from 0; then one of `done {}`,
 *   `done { cancelled: true }` and `error { message }`.
 * - **Limits:** those of `serveSocket`. A second `complete` while an answer runs closes by 4409.
 * - **Errors:** a frame that is none of these closes by 4400. There is no greeting: `authenticate` is
 *   asked with `undefined`, and the request. There is no credit, and nothing is resumed: the socket's own
 *   back-pressure is all there is.
 * - **Cost:** one `JSON.stringify` an item.
 *
 * @example
 * ```ts
 * import { serveSocket, simpleFrames } from "@millrace/ws";
 * import { WebSocket, WebSocketServer } from "ws";
 *
 * const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
 * server.on("connection", (socket) => {
 *   serveSocket(socket, () => ["mill ", "race"], { protocol: simpleFrames() });
 * });
 * await new Promise((resolve) => server.on("listening", resolve));
 * const { port } = server.address() as { port: number };
 *
 * const socket = new WebSocket(`ws://127.0.0.1:${port}`);
 * socket.onopen = () => socket.send('{"type":"complete","data":{"messages":[]}}');
 * const types: string[] = [];
 * await new Promise<void>((resolve) => {
 *   socket.onmessage = ({ data }) => {
 *     const { type } = JSON.parse(data as string) as { type: string };
 *     types.push(type);
 *     if (type === "done") resolve();
 *   };
 * });
 * types; // => ["start", "chunk", "chunk", "done"]
 * socket.close();
 * server.close();
 * ```
 */
export function simpleFrames(): ServerProtocol {
  return plainServer({
    read({ type, data }) {
      if (type === "cancel") return { cancel: ONLY };
      if (type !== "complete") return { wrong: "unknown type of frame" };
      const payload = Object(data) as SimplePayload;
      if (!Array.isArray(payload.messages)) return { wrong: "complete: bad messages" };
      return { open: { id: ONLY, stream: undefined, payload } };
    },
    opened: () => ({ type: "start", data: {} }),
    part: (_, index, content) => ({ type: "chunk", data: { content, index } }),
    end: () => ({ type: "done", data: {} }),
    failed: (_, { message }) => ({ type: "error", data: { message } }),
    cancelled: () => ({ type: "done", data: { cancelled: true } }),
    gone: () => undefined, // nothing is attached to
  });
}

/** One answer at a time needs no name of its own. */
const ONLY = "answer";
