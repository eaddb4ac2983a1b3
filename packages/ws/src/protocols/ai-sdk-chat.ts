import type { Fields } from "../protocol/gate.ts";
import type { ServerProtocol } from "../protocol/server-machine.ts";
import { plainServer, type Asked } from "./plain-server.ts";

/** What a `WebSocketChatTransport` of the AI SDK asks for. */
export interface AiSdkChatPayload {
  /** The id of the chat. */
  id: string;
  trigger: "submit-message" | "regenerate-message";
  messageId: string | undefined;
  /** As the client sent them: validate them with `validateUIMessages` of `ai`. */
  messages: unknown[];
  headers: Record<string, string>;
  body: Record<string, unknown>;
  metadata: unknown;
}

/**
 * The frames of the AI SDK's `WebSocketChatTransport`, for `useChat` over one socket.
 *
 * - **In:** `send`, whose payload is an `AiSdkChatPayload`; `resume`, for which `attach` of
 *   `serveSocket` is asked, with the id of the chat as the name of the stream; `abort`.
 * - **Out:** items are the chunks of a UI message stream: objects, or their JSON, as `encodeAiSdkUi`
 *   gives it; its `[DONE]` is left out. `start`, `chunk` with sequence 0, 1, 2 …, `end`; `error`, and
 *   `no-active` where there is nothing to resume.
 * - **Limits:** those of `serveSocket`.
 * - **Errors:** a frame that is none of these closes by 4400, an id that is in use by 4409. There is no
 *   greeting: `authenticate` is asked with `undefined`, and the request.
 * - **Cost:** one `JSON.stringify` a chunk; one `JSON.parse` more for what is JSON already.
 * - **Source:** `WebSocketChatTransport` of `ai` 7.
 *
 * @example
 * ```ts
 * import { aiSdkChat, serveSocket, type AiSdkChatPayload } from "@millrace/ws";
 * import { WebSocket, WebSocketServer } from "ws";
 *
 * const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
 * server.on("connection", (socket) => {
 *   const answer = ({ id }: AiSdkChatPayload) => [{ type: "start", messageId: id }, { type: "finish" }];
 *   serveSocket(socket, answer, { protocol: aiSdkChat() });
 * });
 * await new Promise((resolve) => server.on("listening", resolve));
 * const { port } = server.address() as { port: number };
 *
 * // What the transport of `ai` does by itself:
 * const socket = new WebSocket(`ws://127.0.0.1:${port}`);
 * const ask = { type: "send", requestId: "r", id: "chat", trigger: "submit-message", messages: [] };
 * socket.onopen = () => socket.send(JSON.stringify({ ...ask, headers: {}, body: {} }));
 * const frames: string[] = [];
 * await new Promise<void>((resolve) => {
 *   socket.onmessage = ({ data }) => {
 *     frames.push(data as string);
 *     if (frames.length === 4) resolve();
 *   };
 * });
 * frames[1]; // => '{"type":"chunk","requestId":"r","sequence":0,"chunk":{"type":"start","messageId":"chat"}}'
 * socket.close();
 * server.close();
 * ```
 */
export function aiSdkChat(): ServerProtocol {
  return plainServer({
    read,
    opened: (requestId) => ({ type: "start", requestId }),
    part(requestId, sequence, value) {
      if (value === LAST) return undefined;
      const chunk: unknown = typeof value === "string" ? JSON.parse(value) : value;
      return { type: "chunk", requestId, sequence, chunk };
    },
    end: (requestId) => ({ type: "end", requestId }),
    failed: (requestId, { message }) => ({ type: "error", requestId, errorText: message }),
    cancelled: () => undefined, // a client that aborts has forgotten the request
    gone: (requestId) => ({ type: "no-active", requestId }),
  });
}

/** What ends a UI message stream as server-sent events, and has no meaning here. */
const LAST = "[DONE]";
const TRIGGERS: readonly unknown[] = ["submit-message", "regenerate-message"];

function read(frame: Fields): Asked {
  const { type, requestId, id, headers, body } = frame;
  if (typeof requestId !== "string") return { wrong: `${type}: bad requestId` };
  if (type === "abort") return { cancel: requestId };
  if (typeof id !== "string" || id === "") return { wrong: `${type}: bad id` };
  if (!isRecord(headers) || !Object.values(headers).every(isString)) {
    return { wrong: `${type}: bad headers` };
  }
  if (!isRecord(body)) return { wrong: `${type}: bad body` };
  if (type === "resume") return readResume(requestId, id, frame);
  if (type !== "send") return { wrong: "unknown type of frame" };

  const { trigger, messageId, messages, metadata } = frame;
  if (!TRIGGERS.includes(trigger)) return { wrong: "send: bad trigger" };
  if (messageId !== undefined && !isString(messageId)) return { wrong: "send: bad messageId" };
  if (!Array.isArray(messages)) return { wrong: "send: bad messages" };
  const payload = { id, trigger, messageId, messages, headers, body, metadata };
  return { open: { id: requestId, stream: undefined, payload } };
}

function readResume(requestId: string, stream: string, { lastSequence }: Fields): Asked {
  if (lastSequence === undefined) return { attach: { id: requestId, stream, after: 0 } };
  if (!Number.isSafeInteger(lastSequence) || (lastSequence as number) < 0) {
    return { wrong: "resume: bad lastSequence" };
  }
  return { attach: { id: requestId, stream, after: (lastSequence as number) + 1 } };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isString(value: unknown): boolean {
  return typeof value === "string";
}
