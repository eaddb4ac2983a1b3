import { fuse, pipe, run, stage, type Source, type Stage } from "@millrace/core";
import { merge } from "@millrace/flow";
import { continueAnswer, type Part } from "@millrace/parts";
import type { ServiceEvent } from "./answer-events.ts";
import { answersByKey, comparison } from "./comparison.ts";
import { Failure, failureParts } from "./failure.ts";
import { ofThisRequest } from "./observing/request-record.ts";
import { compareRequest, readRequest, type AnswerRequest } from "./request.ts";
import { UNITS } from "./units.ts";
import { openAnswer, type Upstream } from "./upstream.ts";

/** A question as it came in: whoever has it can ask it, and read what is answered. */
export interface Asked {
  /** The last step of the route. */
  unit: string;
  /** Of the request, as it was checked. */
  body: string;
}

/** What is asked of models, what comes of them, and what a client gets of that. */
export interface Question<I = unknown> {
  /** The answer does not need its client. */
  resumable: boolean;
  /** Asks, or goes on behind what came before it broke off. */
  ask(
    this: void,
    upstream: Upstream,
    signal: AbortSignal,
    soFar?: readonly I[],
  ): Promise<ReadableStream<I>>;
  /** Fresh: for one answer. */
  events: Stage<I, ServiceEvent>;
}

/** Of every route that asks, by its last step. Throws a `Failure` where the body is wrong. */
export function readQuestion({ unit, body }: Asked): Question {
  return unit === "compare" ? readComparison(body) : readSingle(unit, body);
}

/** Of one model, or of those that stand behind it. */
function readSingle(unit: string, body: string): Question<Part> {
  const { request, events } = UNITS[unit]!(body);
  return {
    resumable: request.resumable === true,
    events,
    async ask(upstream, signal, soFar) {
      if (soFar === undefined) return pipe(await openAnswer(upstream, request, signal), told());
      return pipe(answerOf(openAnswer, upstream, request, signal, soFar));
    },
  };
}

/** Of several models side by side. */
function readComparison(body: string): Question<[string, Part]> {
  const { models, resumable, ...request } = readRequest(compareRequest, body);
  return {
    resumable: resumable === true,
    events: fuse(answersByKey(models), comparison()),
    ask(upstream, signal, soFar) {
      const open = ofThisRequest(openAnswer); // they are asked when they are read
      const answers = models.map((model): [string, Source<Part>] => {
        const own = soFar?.flatMap(([key, part]) => (key === model ? [part] : []));
        return [model, answerOf(open, upstream, { ...request, model }, signal, own)];
      });
      return Promise.resolve(merge(Object.fromEntries(answers)));
    },
  };
}

/** What keeps an answer from beginning is told in parts, where others go on beside or before it. */
async function* answerOf(
  open: typeof openAnswer,
  upstream: Upstream,
  request: AnswerRequest,
  signal: AbortSignal,
  soFar: readonly Part[] | undefined,
): AsyncGenerator<Part> {
  try {
    yield* pipe(await open(upstream, request, signal, soFar), told());
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    yield* run(continueAnswer(soFar ?? []), failureParts(error.body));
  }
}

/** What has failed has said so in its parts: it ends, and does not fail as well. */
function told(): Stage<Part, Part> {
  return stage((emit, end) => {
    let isTold = false;
    return {
      push(part) {
        isTold ||= part.type === "finish";
        emit(part);
      },
      fail() {
        if (isTold) end();
      },
    };
  });
}
