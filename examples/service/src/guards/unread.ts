import type { HttpBindings } from "@hono/node-server";
import type { MiddlewareHandler } from "hono";
import { isEventStream } from "../observing/event-stream.ts";

const BEATS = 8; // are written into silence meanwhile, so whoever is there takes something
const LEAST = 1_000; // milliseconds: a busy process may be late with its own heartbeats
const MOST = 2_147_483_647; // of a timer

/** Hangs up on a client that takes nothing of a stream: it would hold its place for ever. */
export function hangUpUnread(heartbeat: number): MiddlewareHandler {
  const patience = Math.min(Math.max(BEATS * heartbeat, LEAST), MOST);
  return async (context, next) => {
    await next();
    const { outgoing } = context.env as HttpBindings;
    if (isEventStream(context.res)) outgoing.setTimeout(patience);
  };
}
