import { map, pipe } from "@millrace/core";
import { sseResponse } from "@millrace/sse";
import { Hono, type Context } from "hono";
import { createMiddleware } from "hono/factory";
import { cors } from "hono/cors";
import { requestId } from "hono/request-id";
import { compatibleRoutes } from "./compatible/compatible-routes.ts";
import { errorResponse } from "./compatible/error-response.ts";
import { clientGone, Failure, type FailureBody } from "./failure.ts";
import { limitBody } from "./guards/body-limit.ts";
import type { Gate } from "./guards/gate.ts";
import { limitReaders } from "./guards/stream-limit.ts";
import { hangUpUnread } from "./guards/unread.ts";
import { observeRequests, type ObservedEnv } from "./observing/observe-requests.ts";
import { obstacles, type Check } from "./readiness.ts";
import { LAST_ID } from "./answer-events.ts";
import { closing } from "./live-answers.ts";
import { readQuestion, type Asked, type Question } from "./questions.ts";
import { recordAnswer, type RecordAnswerOptions } from "./record-answer.ts";
import { respondNumbered } from "./respond.ts";
import { SOCKETS } from "./socket-path.ts";
import { streamRoutes } from "./stream-routes.ts";
import { toMessage } from "./to-message.ts";
import { UNITS } from "./units.ts";

/** What pages of other sites may see of an answer, beside its body. */
const EXPOSED = ["location", "retry-after", "x-request-id", "x-stream-id"];
const PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

export interface AppOptions extends RecordAnswerOptions {
  gate: Gate;
  /** The address that a request comes from, as the runtime knows it. */
  peerOf: (context: Context) => string | undefined;
  /** Origins of other sites whose pages may ask. */
  corsOrigins: readonly string[];
  /** What has to be right for `/ready`. */
  checks: Readonly<Record<string, Check>>;
  /** What is for people to look at. */
  page: Hono;
  maxBodyBytes: number;
  /** Milliseconds of silence until a client hears that it is still connected. */
  heartbeat: number;
  /** What `/health` calls the upstream. */
  upstreamName: string;
}

/** The service as a function from requests to responses. */
export function createApp(options: AppOptions): Hono<ObservedEnv> {
  const { upstream, upstreamName, page, maxBodyBytes, heartbeat } = options;
  const { gate, peerOf, corsOrigins, checks } = options;
  const { streams, telemetry } = upstream;
  const app = new Hono<ObservedEnv>();

  app.use(requestId(), observeRequests(telemetry));
  if (corsOrigins.length > 0) {
    app.use("/v1/*", cors({ origin: [...corsOrigins], exposeHeaders: EXPOSED }));
  }
  app.use(async (context, next) => {
    await next();
    if (upstream.live.isClosing) context.header("connection", "close");
  });
  app.use("/v1/*", async (_, next) => {
    if (upstream.live.isClosing) throw closing();
    await next();
  });
  const guard = createMiddleware<ObservedEnv>(async (context, next) => {
    context.set("visitor", await gate.admit(context.req.raw, peerOf(context)));
    await next();
  });
  app.use("/v1/*", guard, limitReaders(streams), hangUpUnread(heartbeat));
  app.post("/v1/*", limitBody(maxBodyBytes));
  // Who comes back from the end of an answer has it: the model is not asked again.
  app.use("/v1/stream/*", async (context, next) =>
    context.req.header("last-event-id") === LAST_ID ? context.body(null, 204) : next(),
  );

  for (const unit of Object.keys(UNITS))
    app.post(`/v1/stream/${unit}`, (context) => answer(context, unit));
  app.post("/v1/compare", (context) => answer(context, "compare"));
  app.route("/v1/streams", streamRoutes(options));

  app.route("/", compatibleRoutes(options));
  app.get(SOCKETS, () => {
    const message = `${SOCKETS} speaks WebSocket: ask it to upgrade.`;
    const error = { kind: "invalid-request", message, retryable: false } as const;
    return errorResponse(SOCKETS, error, { status: 426, headers: { upgrade: "websocket" } });
  });

  app.get("/health", (context) =>
    context.json({
      status: "ok",
      upstream: upstreamName,
      model: upstream.models[0].model,
      models: upstream.models.map(({ provider, model }) => `${provider}:${model}`),
    }),
  );

  app.get("/ready", async (context) => {
    const reasons = await obstacles(checks);
    if (Object.keys(reasons).length === 0) return context.json({ status: "ready" });
    return context.json({ status: "unready", reasons }, 503);
  });

  app.get("/metrics", guard, async (context) =>
    context.text(await telemetry.instruments.text(), 200, { "content-type": PROMETHEUS }),
  );

  app.route("/", page);

  /** Messages are made as the client reads. */
  async function answer(context: Context, unit: string): Promise<Response> {
    const asked = { unit, body: await context.req.text() };
    const question = readQuestion(asked);
    if (question.resumable) return answerRecorded(context.req.raw, asked, question);
    const parts = await question.ask(upstream, context.req.raw.signal);
    const messages = pipe(parts, question.events, map(toMessage));
    return sseResponse(messages, { request: context.req.raw, heartbeat });
  }

  /** The answer goes on without this client, who may come back to it by its name. */
  function answerRecorded(request: Request, asked: Asked, question: Question): Promise<Response> {
    const headers: Record<string, string> = {};
    const begin = async (client: AbortSignal) => {
      const { id, entries } = await recordAnswer(asked, question, client, options);
      Object.assign(headers, { location: `/v1/streams/${id}`, "x-stream-id": id });
      return entries;
    };
    return respondNumbered(request, begin, options, headers);
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
    const failure = context.req.raw.signal.aborted ? clientGone() : error; // it may be half a body
    if (failure instanceof Failure) {
      return errorResponse(context.req.path, failure.body, failure);
    }
    telemetry.log.error({ err: error, request: context.get("requestId") }, "failure");
    const message = "The service itself failed.";
    return refuse(context, 500, { kind: "server", message, retryable: true });
  });
  return app;
}

function methods(app: Hono<ObservedEnv>, path: string): string {
  const own = app.routes.filter((route) => route.path === path && route.method !== "ALL");
  return own.map(({ method }) => (method === "GET" ? "GET, HEAD" : method)).join(", ");
}

function wrongMethod(context: Context, allow: string): Response {
  const { method, path } = context.req;
  const message = `${path} takes ${allow}, not ${method}.`;
  const error = { kind: "invalid-request", message, retryable: false } as const;
  return errorResponse(path, error, { status: 405, headers: { allow } });
}

function refuse(context: Context, status: 404 | 500, error: FailureBody): Response {
  return errorResponse(context.req.path, error, { status });
}
