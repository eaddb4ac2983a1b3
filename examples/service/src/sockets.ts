import type { Server } from "node:http";
import { map, pipe, stage, type Source, type Stage } from "@millrace/core";
import { stop } from "@millrace/resume";
import {
  simpleFrames,
  type SimplePayload,
  type SocketContext,
  type SocketEntry,
} from "@millrace/ws";
import { acceptSockets, type AcceptedSockets } from "@millrace/ws/node";
import type { ServiceEvent } from "./answer-events.ts";
import { Failure } from "./failure.ts";
import { followAnswer } from "./follow-answer.ts";
import type { Gate } from "./guards/gate.ts";
import { socketGate } from "./guards/socket-gate.ts";
import { readQuestion, type Asked } from "./questions.ts";
import type { Telemetry } from "./observing/telemetry.ts";
import { recordAnswer, type RecordAnswerOptions } from "./record-answer.ts";
import { isStreamName } from "./resumable.ts";
import { SOCKETS } from "./socket-path.ts";
import { UNITS } from "./units.ts";
import { whenOver } from "./when-over.ts";

const MOST_SOCKETS = 10_000;
const MOST_STREAMS = 100;

export interface SocketsOptions extends RecordAnswerOptions {
  /** Stands before each socket, and counts each question. */
  gate: Gate;
  /** Of a frame, and so of a question. */
  maxBodyBytes: number;
  /** Default 10,000. */
  maxSockets?: number | undefined;
  /** Default 100. */
  maxStreamsPerSocket?: number | undefined;
  /** Milliseconds of silence until a client is asked whether it is still there. */
  heartbeat: number;
}

/** Who asks is undefined only where nobody was asked who it is. */
type Context = SocketContext<string | undefined>;

/**
 * Answers over WebSocket, on the server of the other routes: many at a time with the subprotocol
 * `millrace.v1`, else one at a time in simple frames.
 */
export function acceptStreams(server: Server, options: SocketsOptions): AcceptedSockets {
  const { upstream, gate, store, maxBodyBytes, heartbeat } = options;
  const { maxSockets = MOST_SOCKETS, maxStreamsPerSocket = MOST_STREAMS } = options;

  const counted = new WeakSet<Context>();

  /** A question is looked for under its name before it is asked, and is one all the same. */
  async function count(context: Context): Promise<void> {
    if (context.user === undefined || counted.has(context)) return;
    counted.add(context);
    await gate.count(context.user);
  }

  /** The data of the events that the route of this `unit` would send. */
  async function answer(payload: unknown, context: Context): Promise<ReadableStream<object>> {
    await count(context);
    const { signal, stream } = context;
    const asked = askedOf(payload);
    const question = readQuestion(asked);
    if (!question.resumable) {
      return pipe(await question.ask(upstream, signal), question.events, map(dataOf));
    }
    const recording = { ...options, id: checkName(stream) };
    const { entries } = await recordAnswer(asked, question, signal, recording);
    return pipe(
      entries,
      map(({ value }) => dataOf(value)),
    );
  }

  /** Also what was begun over HTTP, or in another process: the numbers are the same. */
  async function attach(
    id: string,
    after: number,
    context: Context,
  ): Promise<Source<SocketEntry> | undefined> {
    await count(context);
    const leaveStreams = upstream.streams.enter();
    const reader = upstream.live.enter("reader");
    const leave = () => {
      reader.leave();
      leaveStreams();
    };
    try {
      const entries = await followAnswer(
        id,
        after === 0 ? undefined : String(after),
        reader.signal,
        options,
      );
      return pipe(
        whenOver(entries, leave),
        map(({ value, ...entry }) => ({ ...entry, value: dataOf(value) })),
      );
    } catch (error) {
      leave();
      if (error instanceof Failure && error.status === 404) return undefined;
      throw error;
    }
  }

  async function answerText(payload: SimplePayload, context: Context) {
    await count(context);
    const asked = askedOf(payload);
    if (asked.unit !== "raw") throw wrong("unit", "only raw in simple frames");
    const { resumable, ask, events } = readQuestion(asked);
    if (resumable) throw wrong("resumable", "not in simple frames");
    return pipe(await ask(upstream, context.signal), events, contents());
  }

  return acceptSockets(
    server,
    [
      {
        handler: answer,
        attach,
        cancel: async (id) => isStreamName(id) && stop({ id, store }),
        // What is recorded goes on all the same: it has not been begun with the signal of its client.
        onDisconnect: "cancel",
      },
      { protocol: simpleFrames(), handler: answerText },
    ],
    {
      path: SOCKETS,
      maxSockets,
      maxStreams: maxStreamsPerSocket,
      maxFrameBytes: maxBodyBytes,
      maxPayloadBytes: maxBodyBytes,
      heartbeat,
      onError: failuresIn(upstream.telemetry),
      ...socketGate(gate),
    },
  );
}

function askedOf(payload: unknown): Asked {
  const { unit = "raw", ...body } = Object(payload) as Record<string, unknown>;
  if (typeof unit === "string" && Object.hasOwn(UNITS, unit)) {
    return { unit, body: JSON.stringify(body) };
  }
  throw wrong("unit", `one of ${Object.keys(UNITS).join(", ")}`);
}

function checkName(stream: string | undefined): string {
  if (stream !== undefined && isStreamName(stream)) return stream;
  throw wrong("stream", "16 to 128 letters, digits, _ and -, not to be guessed");
}

function dataOf({ data }: ServiceEvent): object {
  return data;
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

/** What clients are told; of what nobody foresaw they hear nothing, and the log all. */
function failuresIn({ log }: Telemetry) {
  return (error: unknown) => {
    if (error instanceof Failure) return told(error);
    log.error({ err: error }, "failure");
    return undefined;
  };
}

function told(error: Failure) {
  const { kind, message, retryable } = error.body;
  return { code: kind, message, retryable };
}

function wrong(field: string, message: string): Failure {
  const about = { status: 400, kind: "invalid-request", retryable: false, field } as const;
  return new Failure(`${field}: ${message}`, about);
}
