import type { IncomingMessage, Server } from "node:http";
import { map, pipe, stage, type Source, type Stage } from "@millrace/core";
import { isAllowedOrigin, serveSocket, simpleFrames, type ServedSocket } from "@millrace/ws";
import { WebSocketServer } from "ws";
import type { ServiceEvent } from "./answer-events.ts";
import { Failure } from "./failure.ts";
import { UNITS } from "./units.ts";
import { openAnswer, type Upstream } from "./upstream.ts";

const PATH = "/v1/ws/stream";
const MILLRACE = "millrace.v1";

export interface SocketsOptions {
  upstream: Upstream;
  /** Of a frame, and so of a question. */
  maxBodyBytes: number;
}

/**
 * Answers over WebSocket, on the server of the other routes: many at a time with the subprotocol
 * `millrace.v1`, else one at a time in simple frames. Gives what closes them all.
 */
export function acceptStreams(server: Server, options: SocketsOptions): () => void {
  const { upstream, maxBodyBytes } = options;
  const all = new Set<ServedSocket>();
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: maxBodyBytes,
    handleProtocols: (asked) => (asked.has(MILLRACE) ? MILLRACE : false),
  });

  server.on("upgrade", (incoming, socket, head) => {
    const request = requestOf(incoming);
    const refusal = refusalOf(request);
    if (request === undefined || refusal !== undefined) {
      socket.on("error", () => undefined); // a client that is gone already
      socket.once("finish", () => socket.destroy()); // a client that stays does not hold it open
      socket.end(`HTTP/1.1 ${refusal}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(incoming, socket, head, (accepted) => {
      const limits = {
        request,
        maxFrameBytes: maxBodyBytes,
        maxPayloadBytes: maxBodyBytes,
        onError,
      };
      const served =
        accepted.protocol === MILLRACE
          ? serveSocket(accepted, answer, limits)
          : serveSocket(accepted, answerText, { ...limits, protocol: simpleFrames() });
      all.add(served);
      void served.closed.then(() => all.delete(served));
    });
  });

  /** The data of the events that the route of this `unit` would send. */
  async function answer(payload: unknown, { signal }: { signal: AbortSignal }) {
    return pipe(
      await eventsOf(payload, signal),
      map(({ data }) => data),
    );
  }

  async function answerText(payload: unknown, { signal }: { signal: AbortSignal }) {
    return pipe(await eventsOf(payload, signal), contents());
  }

  async function eventsOf(payload: unknown, signal: AbortSignal): Promise<Source<ServiceEvent>> {
    const { unit = "raw", ...body } = Object(payload) as Record<string, unknown>;
    const read = typeof unit === "string" && Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
    if (read === undefined) throw wrong("unit", `one of ${Object.keys(UNITS).join(", ")}`);
    const { request, events } = read(JSON.stringify(body));
    if (request.resumable === true) throw wrong("resumable", "not over a socket");
    return pipe(await openAnswer(upstream, request, signal), events);
  }

  return () => {
    for (const served of all) served.close();
  };
}

/** The text alone; an error of the answer fails it. */
function contents(): Stage<ServiceEvent, string> {
  return stage((emit) => ({
    push({ data }) {
      if ("content" in data) emit(data.content as string);
      else if ("error" in data) {
        const { message, kind, retryable } = data.error as Failure["body"];
        throw new Failure(message, { status: 502, kind, retryable });
      }
    },
  }));
}

function onError(error: unknown) {
  if (!(error instanceof Failure)) {
    console.error(error);
    return undefined;
  }
  const { kind, message, retryable } = error.body;
  return { code: kind, message, retryable };
}

function refusalOf(request: ReturnType<typeof requestOf>): string | undefined {
  if (request === undefined) return "400 Bad Request";
  if (new URL(request.url).pathname !== PATH) return "404 Not Found";
  return isAllowedOrigin(request, undefined) ? undefined : "403 Forbidden";
}

/** Undefined where the request line or the host is no URL. */
function requestOf({ url = "/", headers }: IncomingMessage) {
  const base = `http://${headers.host ?? "localhost"}`;
  if (!URL.canParse(url, base)) return undefined;
  return {
    url: new URL(url, base).href,
    headers: { get: (name: string) => headers[name.toLowerCase()]?.toString() },
  };
}

function wrong(field: string, message: string): Failure {
  const about = { status: 400, kind: "invalid-request", retryable: false, field } as const;
  return new Failure(`${field}: ${message}`, about);
}
