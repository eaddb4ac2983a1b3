import { isResumeError, status, stop, type Store } from "@millrace/resume";
import { sseResponse, type SseRequest } from "@millrace/sse";
import { Hono } from "hono";
import { Failure } from "./failure.ts";
import { replayAnswer } from "./replay-answer.ts";
import { entryMessages, resumeFailure } from "./resumable.ts";
import { toMessage } from "./to-message.ts";

export interface StreamRoutesOptions {
  store: Store;
  heartbeat: number;
}

/** Answers that were begun with `resumable`: read from anywhere, and stopped. */
export function streamRoutes({ store, heartbeat }: StreamRoutesOptions): Hono {
  const routes = new Hono();

  routes.get("/:id", async (context) => {
    const id = context.req.param("id");
    const request = withCursor(context.req.raw, context.req.query("after"));
    const after = request.headers.get("last-event-id") ?? undefined;
    const entries = await replayAnswer({ id, store, after });
    const encode = entryMessages(toMessage);
    const known = await status({ id, store });
    // How far the answer has come: what a client that comes back has missed is up to there.
    const headers = "seq" in known ? { "x-stream-seq": String(known.seq) } : {};
    return sseResponse(entries, { request, encode, heartbeat, headers });
  });

  routes.delete("/:id", async (context) => {
    const id = context.req.param("id");
    const stopped = await stop({ id, store }).catch(refuse);
    if (!stopped && (await status({ id, store })).state === "missing") {
      const message = "There is no such stream, or not any more.";
      throw new Failure(message, { status: 404, kind: "not-found", retryable: false });
    }
    return context.json({ stopped });
  });

  return routes;
}

/** An `EventSource` comes back with the header; who has no say in headers puts it into the query. */
function withCursor(request: Request, after: string | undefined): SseRequest {
  const { method, headers, signal } = request;
  if (after === undefined || headers.has("last-event-id")) return request;
  return {
    method,
    signal,
    headers: {
      get: (name) => (name.toLowerCase() === "last-event-id" ? after : headers.get(name)),
    },
  };
}

function refuse(error: unknown): never {
  throw isResumeError(error) ? resumeFailure(error) : error;
}
