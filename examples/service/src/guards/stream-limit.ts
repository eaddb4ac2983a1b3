import type { MiddlewareHandler } from "hono";
import { Failure } from "../failure.ts";
import { isEventStream } from "../observing/event-stream.ts";
import { watched } from "../observing/watched.ts";

/** Counts what is streamed at a time, on every route and in every socket. */
export interface StreamLimit {
  /** How many there are. */
  readonly live: number;
  /** Gives what is called when the stream is over; throws a `Failure` when there is no room for it. */
  enter(this: void): () => void;
}

export function streamLimit(most: number): StreamLimit {
  let live = 0;
  return {
    get live() {
      return live;
    },
    enter() {
      if (live >= most) throw full();
      live++;
      let isIn = true;
      return () => {
        if (isIn) live--;
        isIn = false;
      };
    },
  };
}

/** Counts those, too, who read an answer that is recorded; whoever asks is counted with the answer. */
export function limitReaders({ enter }: StreamLimit): MiddlewareHandler {
  return async (context, next) => {
    if (context.req.method !== "GET") return next();
    const leave = enter();
    let isStream = false;
    try {
      await next();
      const { body } = context.res;
      isStream = body !== null && isEventStream(context.res);
      if (body !== null && isStream) {
        context.res = new Response(watched(body, leave), context.res);
      }
    } finally {
      if (!isStream) leave();
    }
  };
}

function full(): Failure {
  return new Failure("The service has as many streams as it can carry.", {
    status: 503,
    kind: "overloaded",
    retryable: true,
    retryAfter: "1",
  });
}
