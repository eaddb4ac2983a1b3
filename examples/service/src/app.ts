import { map, pipe, type Source, type Stage } from "@millrace/core";
import { merge } from "@millrace/flow";
import { text, type Part } from "@millrace/parts";
import { sseResponse, type SseMessage } from "@millrace/sse";
import { Hono, type Context } from "hono";
import { createMiddleware } from "hono/factory";
import { bodyLimit } from "hono/body-limit";
import { cors } from "hono/cors";
import { requestId } from "hono/request-id";
import { answerEvents, failureEvents, LAST_ID, type ServiceEvent } from "./answer-events.ts";
import { compatibleRoutes } from "./compatible/compatible-routes.ts";
import { errorResponse } from "./compatible/error-response.ts";
import { comparison } from "./comparison.ts";
import { clientGone, Failure, type FailureBody } from "./failure.ts";
import type { Gate } from "./guards/gate.ts";
import { limitReaders } from "./guards/stream-limit.ts";
import { observeRequests, type ObservedEnv } from "./observing/observe-requests.ts";
import { ofThisRequest } from "./observing/request-record.ts";
import { obstacles, type Check } from "./readiness.ts";
import { recordAnswer, type RecordAnswerOptions } from "./record-answer.ts";
import { compareRequest, readRequest, type AnswerRequest } from "./request.ts";
import { entryMessages } from "./resumable.ts";
import { streamRoutes } from "./stream-routes.ts";
import { toMessage } from "./to-message.ts";
import { UNITS } from "./units.ts";
import { openAnswer } from "./upstream.ts";

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
  const { upstream, upstreamName, store, page, maxBodyBytes, heartbeat } = options;
  const { gate, peerOf, corsOrigins, checks } = options;
  const { streams, telemetry } = upstream;
  const app = new Hono<ObservedEnv>();

  app.use(requestId(), observeRequests(telemetry));
  if (corsOrigins.length > 0) {
    app.use("/v1/*", cors({ origin: [...corsOrigins], exposeHeaders: EXPOSED }));
  }
  const guard = createMiddleware<ObservedEnv>(async (context, next) => {
    context.set("visitor", await gate.admit(context.req.raw, peerOf(context)));
    await next();
  });
  app.use("/v1/*", guard, limitReaders(streams));
  // Of what has a body that is read: Hono makes another request of it, which fails for some others.
  app.post("/v1/*", bodyLimit({ maxSize: maxBodyBytes, onError: () => tooLarge(maxBodyBytes) }));
  // Who comes back from the end of an answer has it: the model is not asked again.
  app.use("/v1/stream/*", async (context, next) =>
    context.req.header("last-event-id") === LAST_ID ? context.body(null, 204) : next(),
  );

  for (const [unit, read] of Object.entries(UNITS)) {
    app.post(`/v1/stream/${unit}`, async (context) => {
      const { request, events } = read(await context.req.text());
      if (request.resumable === true) return respondRecorded(context, request, events);
      const parts = await openAnswer(upstream, request, context.req.raw.signal);
      return respond(context, pipe(parts, events, map(toMessage)));
    });
  }
  app.route("/v1/streams", streamRoutes({ store, heartbeat }));

  app.post("/v1/compare", async (context) => {
    const { models, ...request } = readRequest(compareRequest, await context.req.text());
    const open = ofThisRequest(openAnswer); // they are asked when they are read
    const answers = models.map((model) => [model, answerOf({ ...request, model }, context, open)]);
    const merged = merge(Object.fromEntries(answers) as Record<string, Source<ServiceEvent>>);
    return respond(context, pipe(merged, comparison(), map(toMessage)));
  });

  app.route("/", compatibleRoutes(options));

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

  /** One answer of several: what keeps it from beginning is an event, and no status. */
  async function* answerOf(
    request: AnswerRequest,
    context: Context,
    open: typeof openAnswer,
  ): AsyncGenerator<ServiceEvent> {
    try {
      const parts = await open(upstream, request, context.req.raw.signal);
      yield* pipe(
        parts,
        answerEvents(text(), (content) => ({ content })),
      );
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      yield* failureEvents(error.body);
    }
  }

  /** The answer goes on without this client, who may come back to it by its name. */
  async function respondRecorded(
    context: Context,
    request: AnswerRequest,
    events: Stage<Part, ServiceEvent>,
  ): Promise<Response> {
    const { raw } = context.req;
    const { id, entries } = await recordAnswer(request, events, raw.signal, options);
    const headers = { location: `/v1/streams/${id}`, "x-stream-id": id };
    // What it has seen of another stream is no cursor in this one.
    const visitor = { method: raw.method, signal: raw.signal, headers: new Headers() };
    const encode = entryMessages(toMessage);
    return sseResponse(entries, { request: visitor, encode, heartbeat, headers });
  }

  /** Messages are made as the client reads. */
  function respond(context: Context, messages: ReadableStream<SseMessage>): Response {
    return sseResponse(messages, { request: context.req.raw, heartbeat });
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

function tooLarge(maxBodyBytes: number): never {
  throw new Failure(`body: longer than ${maxBodyBytes} bytes`, {
    status: 413,
    kind: "too-large",
    retryable: false,
    field: "body",
  });
}

function refuse(context: Context, status: 404 | 500, error: FailureBody): Response {
  return errorResponse(context.req.path, error, { status });
}
