import { systemClock } from "@millrace/core/clock";
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { Context, Env, MiddlewareHandler } from "hono";
import { routePath } from "hono/route";
import { Failure } from "../failure.ts";
import { isEventStream } from "./event-stream.ts";
import {
  runRequest,
  type AnswerReport,
  type Outcome,
  type RequestRecord,
} from "./request-record.ts";
import type { Telemetry } from "./telemetry.ts";
import { watched, type Ending } from "./watched.ts";

const METHODS = new Set(["GET", "HEAD", "POST", "DELETE", "OPTIONS", "PUT", "PATCH"]);
const CLIENT_GONE = 499;

export interface ObservedEnv extends Env {
  Variables: { requestId: string; visitor?: string };
}

/** Every request has, when all of its answer is sent, one line in the log, its figures and a span. */
export function observeRequests(telemetry: Telemetry): MiddlewareHandler<ObservedEnv> {
  const { instruments, log, tracer } = telemetry;
  return async (context, next) => {
    const begun = systemClock.now();
    const method = METHODS.has(context.req.method) ? context.req.method : "_OTHER";
    const route = routeOf(context);
    const span = tracer.startSpan(`${method} ${route}`, { kind: SpanKind.SERVER }, ROOT_CONTEXT);
    const record: RequestRecord = {
      id: context.get("requestId"),
      route,
      trace: trace.setSpan(ROOT_CONTEXT, span),
      live: 0,
      reports: [],
      isTold: false,
    };
    const { signal } = context.req.raw;
    await runRequest(record, next);
    context.header("x-request-id", record.id); // not every response has taken it from the context
    const { res: response, error } = context;

    function end(ending: Ending): void {
      record.isTold = true;
      const { status } = response;
      const outcome = outcomeOf(record, status, ending === "cancelled" || signal.aborted);
      const duration = (systemClock.now() - begun) / 1000;
      const about = {
        "http.request.method": method,
        "http.route": route,
        "http.response.status_code": status,
      };
      instruments.requests.record(duration, about);
      span.setAttributes({ ...about, "millrace.outcome": outcome });
      if (status >= 500 || outcome === "failed") span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
      const line = {
        request: record.id,
        ...(context.get("visitor")?.startsWith("key-") && { key: context.get("visitor") }),
        method,
        route,
        status,
        ...answersOf(record),
        outcome,
        ...(error instanceof Failure && { error: error.body.kind }),
        duration,
      };
      log[levelOf(route, outcome)](line, "request");
    }

    if (response.body !== null && isEventStream(response) && context.req.method !== "HEAD") {
      context.res = new Response(watched(response.body, end), response);
    } else {
      end("closed");
    }
  };
}

/** The pattern, so that there are few; what is at no route is one of them. */
function routeOf(context: Context): string {
  const path = routePath(context, -1);
  return path.includes("*") ? "none" : path;
}

function outcomeOf({ live, reports }: RequestRecord, status: number, isLeft: boolean): Outcome {
  if (status === CLIENT_GONE) return "cut";
  if (status >= 500) return "failed";
  if (status >= 400) return "refused";
  if (live > 0) return "detached";
  const [worst] = WORST_FIRST.filter((outcome) => reports.some((own) => own.outcome === outcome));
  return worst ?? (isLeft ? "cut" : "finished");
}

const WORST_FIRST: readonly Outcome[] = ["cut", "failed", "interrupted", "finished"];

/** The figures of the answer or, of a comparison, those of all together. */
function answersOf({ reports }: RequestRecord): object | undefined {
  if (reports.length <= 1) return reports[0];
  return {
    answers: reports.map(({ provider, model, outcome }) => `${provider}:${model} ${outcome}`),
    timeToFirstToken: known(reports, "timeToFirstToken").reduce<number | undefined>(
      least,
      undefined,
    ),
    inputTokens: known(reports, "inputTokens").reduce<number | undefined>(sum, undefined),
    outputTokens: known(reports, "outputTokens").reduce<number | undefined>(sum, undefined),
  };
}

function known(
  reports: readonly AnswerReport[],
  name: "timeToFirstToken" | "inputTokens" | "outputTokens",
): number[] {
  return reports.flatMap((report) => report[name] ?? []);
}

function least(a: number | undefined, b: number): number {
  return Math.min(a ?? b, b);
}

function sum(a: number | undefined, b: number): number {
  return (a ?? 0) + b;
}

/** Whoever looks after the service asks for its health, and pages for their files, all the time. */
function levelOf(route: string, outcome: Outcome): "warn" | "info" | "debug" {
  if (outcome === "failed" || outcome === "interrupted") return "warn";
  return route.startsWith("/v1/") || outcome === "refused" ? "info" : "debug";
}
