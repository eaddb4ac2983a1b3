import { map, pipe } from "@millrace/core";
import { systemClock } from "@millrace/core/clock";
import { metrics, type Metrics } from "@millrace/flow";
import { recordMetrics } from "@millrace/flow/opentelemetry";
import type { Part } from "@millrace/parts";
import { ROOT_CONTEXT, SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { Failure } from "../failure.ts";
import { SOCKETS } from "../socket-path.ts";
import { currentRequest, type AnswerReport, type Outcome } from "./request-record.ts";
import type { Telemetry } from "./telemetry.ts";
import { watched, type Ending } from "./watched.ts";

/** Who answers, in words of which there are few: the names of the configuration. */
export interface Answering {
  provider: string;
  model: string;
}

export interface ObservedAnswer {
  telemetry: Telemetry;
  /** Who is asked first. */
  asked: Answering;
  /** Aborted when nobody wants the answer any more. */
  signal: AbortSignal;
  /** Begins it; is given what hears of whoever answers in the end. */
  open: (answeredBy: (answering: Answering) => void) => Promise<ReadableStream<Part>>;
  /** Called once: it has ended, has not begun, or was cancelled. */
  onEnd: () => void;
}

/** Takes the figures of an answer, whatever becomes of it, and tells them to the request that asked. */
export async function observeAnswer(answer: ObservedAnswer): Promise<ReadableStream<Part>> {
  const { telemetry, signal, open, onEnd } = answer;
  const { instruments, tracer } = telemetry;
  const record = currentRequest();
  const route = record?.route ?? SOCKETS;
  const meter = metrics<Part>({ since: systemClock.now() });
  const machine = meter.start(() => undefined);
  const span = tracer.startSpan("chat", { kind: SpanKind.CLIENT }, record?.trace ?? ROOT_CONTEXT);
  let { asked } = answer;
  let isWhole = false; // its last part has come
  let isOpen = true;
  instruments.streams.add(1, { "http.route": route });
  if (record !== undefined) record.live++;

  function end(ending: Ending, error?: unknown): void {
    if (!isOpen) return;
    isOpen = false;
    signal.removeEventListener("abort", leave);
    const isLeft = !isWhole && meter.snapshot().error === undefined;
    if (isLeft && ending === "failed" && !signal.aborted) machine.fail(error);
    else if (!isLeft || ending === "closed") machine.flush();
    const figures = meter.snapshot();
    const report = { ...asked, ...reportOf(figures) };
    tell(figures, report);
    onEnd();
  }

  function leave(): void {
    end("cancelled");
  }

  function tell(figures: Metrics, report: AnswerReport): void {
    const about = {
      "gen_ai.provider.name": asked.provider,
      "gen_ai.request.model": asked.model,
      "http.route": route,
    };
    instruments.streams.add(-1, { "http.route": route });
    // What an upstream calls its model may be anything: such names are no labels.
    recordMetrics({ ...figures, model: undefined }, about, instruments.meter);
    span.setAttributes({ ...about, "gen_ai.operation.name": "chat" });
    if (report.error !== undefined) {
      span.setAttribute("error.type", report.error);
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    span.end();
    if (record !== undefined) record.live--;
    if (record?.isTold === false) record.reports.push(report);
    else telemetry.log.info({ request: record?.id, route, ...report }, "answer");
  }

  if (signal.aborted) leave();
  signal.addEventListener("abort", leave);
  try {
    const parts = await open((answering) => {
      asked = answering;
    });
    return pipe(
      watched(parts, end),
      map((part) => {
        machine.push(part);
        isWhole ||= part.type === "finish" && part.choice === undefined;
        return part;
      }),
    );
  } catch (error) {
    end("failed", error instanceof Failure ? error.body.kind : error);
    throw error;
  }
}

function reportOf(figures: Metrics): Omit<AnswerReport, keyof Answering> {
  const { timeToFirstText, inputTokens, outputTokens } = figures;
  const outcome = outcomeOf(figures);
  return {
    outcome,
    ...(outcome === "failed" && { error: errorOf(figures.error) }),
    timeToFirstToken: timeToFirstText,
    inputTokens,
    outputTokens,
  };
}

function outcomeOf({ ending, error }: Metrics): Outcome {
  if (ending === "closed") return "finished";
  if (ending !== "failed" || error === "aborted") return "cut";
  return error === "interrupted" ? "interrupted" : "failed";
}

function errorOf(error: unknown): string {
  if (typeof error === "string") return error;
  const { kind, name } = Object(error) as { kind?: unknown; name?: unknown };
  return typeof kind === "string" ? kind : typeof name === "string" ? name : "unknown";
}
