import { isResumeError, status, stop } from "@millrace/resume";
import { Hono } from "hono";
import { LAST_ID } from "./answer-events.ts";
import { followAnswer } from "./follow-answer.ts";
import type { RecordAnswerOptions } from "./record-answer.ts";
import { respondNumbered } from "./respond.ts";
import { isStreamName, noSuchStream, resumeFailure } from "./resumable.ts";

export interface StreamRoutesOptions extends RecordAnswerOptions {
  heartbeat: number;
}

/** Answers that were begun with `resumable`: read from anywhere, and stopped. */
export function streamRoutes(options: StreamRoutesOptions): Hono {
  const { store } = options;
  const routes = new Hono();

  routes.get("/:id", async (context) => {
    // An `EventSource` comes back with the header; who has no say in headers puts it into the query.
    const cursor = context.req.header("last-event-id") ?? context.req.query("after");
    const follow = (client: AbortSignal) =>
      followAnswer(context.req.param("id"), cursor || undefined, client, options);
    if (cursor === LAST_ID) return context.body(null, 204);
    return respondNumbered(context.req.raw, follow, options);
  });

  routes.delete("/:id", async (context) => {
    const id = context.req.param("id");
    if (!isStreamName(id)) throw noSuchStream();
    const stopped = await stop({ id, store }).catch(refuse);
    if (!stopped && (await status({ id, store }).catch(refuse)).state === "missing") {
      throw noSuchStream();
    }
    return context.json({ stopped });
  });

  return routes;
}

function refuse(error: unknown): never {
  throw isResumeError(error) ? resumeFailure(error) : error;
}
