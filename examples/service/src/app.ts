import { encodeText, fuse, pipe, type Stage } from "@millrace/core";
import { text, type Part } from "@millrace/parts";
import { decodeOpenaiChat } from "@millrace/providers/openai-chat";
import { decodeSse } from "@millrace/sse";
import { Hono, type Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { answerEvents, type ServiceEvent } from "./answer-events.ts";
import { BUFFERS } from "./buffers.ts";
import { encodeEvents } from "./encode-events.ts";
import { Failure, type FailureBody } from "./failure.ts";
import { pageRoutes } from "./page.ts";
import { bufferedRequest, rawRequest, readRequest, type AnswerRequest } from "./request.ts";
import { openAnswer, type Upstream } from "./upstream.ts";

const EVENT_STREAM_HEADERS = {
  "content-type": "text/event-stream; charset=utf-8",
  "cache-control": "no-cache, no-transform",
  "x-accel-buffering": "no", // nginx would hold the events back
};

export interface AppOptions {
  upstream: Upstream;
  maxBodyBytes: number;
  /** What `/health` calls the upstream. */
  upstreamName: "replay" | "openai";
}

/** The service as a function from requests to responses. */
export function createApp({ upstream, upstreamName, maxBodyBytes }: AppOptions): Hono {
  const app = new Hono();

  app.use("/v1/*", async (context, next) => {
    if (context.req.header("sec-fetch-site") === "cross-site") throw foreignPage();
    await next();
  });
  app.use("/v1/*", bodyLimit({ maxSize: maxBodyBytes, onError: () => tooLarge(maxBodyBytes) }));

  app.post("/v1/stream/raw", async (context) => {
    const request = readRequest(rawRequest, await context.req.text());
    const content = answerEvents(text(), (content) => ({ content }));
    return streamAnswer(context, request, content);
  });

  app.post("/v1/stream/buffered", async (context) => {
    const { buffer_type, ...request } = readRequest(bufferedRequest, await context.req.text());
    const units = fuse(text(), BUFFERS[buffer_type]());
    return streamAnswer(
      context,
      request,
      answerEvents(units, (item) => ({ item })),
    );
  });

  app.get("/health", (context) =>
    context.json({ status: "ok", upstream: upstreamName, model: upstream.model }),
  );

  app.route("/", pageRoutes());

  /** From the upstream's bytes to ours, in one hop. */
  async function streamAnswer(
    context: Context,
    request: AnswerRequest,
    events: Stage<Part, ServiceEvent>,
  ): Promise<Response> {
    const body = await openAnswer(upstream, request, context.req.raw.signal);
    const answer = pipe(
      body,
      decodeSse({ incomplete: "dispatch", strays: "dispatch" }),
      decodeOpenaiChat(),
      events,
      encodeEvents(),
      encodeText(),
    );
    return new Response(answer, { headers: EVENT_STREAM_HEADERS });
  }

  // Every path above, asked by another method.
  for (const path of new Set(app.routes.map((route) => route.path))) {
    if (!path.includes("*")) app.all(path, (context) => wrongMethod(context, methods(app, path)));
  }
  app.notFound((context) =>
    refuse(context, 404, {
      kind: "not-found",
      message: `There is nothing at ${context.req.path}.`,
      retryable: false,
    }),
  );
  app.onError((error, context) => {
    if (error instanceof Failure) {
      return Response.json({ error: error.body }, error);
    }
    console.error(error);
    const message = "The service itself failed.";
    return refuse(context, 500, { kind: "server", message, retryable: true });
  });
  return app;
}

function methods(app: Hono, path: string): string {
  const own = app.routes.filter((route) => route.path === path && route.method !== "ALL");
  return own.map(({ method }) => (method === "GET" ? "GET, HEAD" : method)).join(", ");
}

function wrongMethod(context: Context, allow: string): Response {
  const { method, path } = context.req;
  const message = `${path} takes ${allow}, not ${method}.`;
  context.header("allow", allow);
  return refuse(context, 405, { kind: "invalid-request", message, retryable: false });
}

function tooLarge(maxBodyBytes: number): never {
  throw new Failure(`body: longer than ${maxBodyBytes} bytes`, {
    status: 413,
    kind: "too-large",
    retryable: false,
    field: "body",
  });
}

function foreignPage(): Failure {
  return new Failure("Pages of other sites may not ask.", {
    status: 403,
    kind: "permission",
    retryable: false,
  });
}

function refuse(context: Context, status: 404 | 405 | 500, error: FailureBody): Response {
  return context.json({ error }, status);
}
