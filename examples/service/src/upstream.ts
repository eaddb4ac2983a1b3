import type { Part } from "@millrace/parts";
import {
  ask,
  isProviderError,
  type Message,
  type Prompt,
  type Provider,
} from "@millrace/providers";
import { openNamed } from "@millrace/providers/named";
import { clientGone, Failure } from "./failure.ts";
import type { StreamLimit } from "./guards/stream-limit.ts";
import { fetchWithin } from "./idle-timeout.ts";
import { CLOSING, closing, type LiveAnswers } from "./live-answers.ts";
import { observeAnswer, type Answering } from "./observing/observe-answer.ts";
import type { Telemetry } from "./observing/telemetry.ts";
import { refusal } from "./refusal.ts";
import { invalid, type AnswerRequest } from "./request.ts";
import type { UpstreamConfig } from "./upstreams.ts";

export interface Upstream {
  /** In order of preference: when one fails, the next is asked, and goes on where it was. */
  models: readonly [UpstreamModel, ...UpstreamModel[]];
  idleTimeout: number;
  /** How many answers there may be at a time. */
  streams: StreamLimit;
  telemetry: Telemetry;
  /** Knows what is asked of it now, and ends that when the service closes. */
  live: LiveAnswers;
}

/** What is asked, and of whom: default all, in order. */
export interface Asked {
  prompt: Prompt;
  model?: string | undefined;
  /** What came of it before it broke off. */
  soFar?: readonly Part[] | undefined;
}

export interface UpstreamModel {
  provider: string;
  model: string;
  /** Asks this model, or another one of the same provider. */
  open: (model: string) => Provider;
}

/** A model as it is configured; `model` is for those that name none. */
export function upstreamModel(config: UpstreamConfig, model: string): UpstreamModel {
  const { provider = "openai", baseUrl, apiKey, env = {} } = config;
  return {
    provider,
    model: config.model ?? model,
    open: (model) =>
      openNamed(`${provider}:${model}`, env, {
        ...(baseUrl !== undefined && { baseURL: baseUrl }),
        ...(apiKey !== undefined && { apiKey }),
      }),
  };
}

/**
 * Asks the upstream: the model that the request names, else all in order until one answers. Gives the
 * parts of the answer; throws a `Failure` when there is none. Aborting `signal`, or cancelling the
 * parts, ends its request. A failure that may pass is the client's to try again: nothing is asked
 * twice here. With the parts that came before it broke off, the rest of an answer is asked for.
 */
export function openAnswer(
  upstream: Upstream,
  request: AnswerRequest,
  client: AbortSignal,
  soFar?: readonly Part[],
): Promise<ReadableStream<Part>> {
  const question = { prompt: promptOf(request), model: request.model, soFar };
  return openPrompt(upstream, question, client);
}

/** The same for a prompt that has been made of the body already. */
export async function openPrompt(
  upstream: Upstream,
  { prompt, model, soFar }: Asked,
  client: AbortSignal,
): Promise<ReadableStream<Part>> {
  const { live, streams, telemetry, models } = upstream;
  if (live.isClosing && soFar === undefined) throw closing();
  if (prompt.messages.length === 0) throw invalid("messages", "nothing in them is for a model");
  const asked = chosenModels(models, model);
  const names = new Map(asked.map((model) => [model.open(model.model), nameOf(model, models)]));
  const [first] = names.values();
  const leaveStreams = streams.enter();
  const { signal, leave } = live.enter("asker", client);
  return observeAnswer({
    telemetry,
    asked: first!,
    signal: client, // who is ended because the service closes, says so in parts
    onEnd() {
      leave();
      leaveStreams();
    },
    open: (answeredBy) => askModels(upstream, names, prompt, { signal, soFar, answeredBy }),
  });
}

interface AskModelsOptions {
  signal: AbortSignal;
  soFar: readonly Part[] | undefined;
  answeredBy: (answering: Answering) => void;
}

async function askModels(
  { idleTimeout }: Upstream,
  names: ReadonlyMap<Provider, Answering>,
  prompt: Prompt,
  { signal, soFar, answeredBy }: AskModelsOptions,
): Promise<ReadableStream<Part>> {
  try {
    return await ask([...names.keys()], prompt, {
      signal,
      soFar,
      retry: { attempts: 1 },
      fetch: fetchWithin(idleTimeout),
      onResponse(response, provider) {
        answeredBy(names.get(provider)!);
        refuseWhole(response);
      },
    });
  } catch (error) {
    if (signal.reason === CLOSING) throw closing();
    if (signal.aborted) throw clientGone();
    if (error instanceof TypeError && NO_PLACE.test(error.message)) throw unspeakable(error);
    throw isProviderError(error) ? refusal(error) : error;
  }
}

/** `gpt-4o`, or with its provider, `openai:gpt-4o`. What nobody has is the first provider's. */
export function chosenModels(
  models: Upstream["models"],
  wanted: string | undefined,
): readonly UpstreamModel[] {
  if (wanted === undefined) return models;
  const known = models.find(
    ({ provider, model }) => wanted === model || wanted === `${provider}:${model}`,
  );
  if (known !== undefined) return [known];
  const named = models.find(({ provider }) => wanted.startsWith(`${provider}:`));
  if (named === undefined) return [{ ...models[0], model: wanted }];
  return [{ ...named, model: wanted.slice(named.provider.length + 1) }];
}

/** In logs and figures. Of models that are not configured, clients could make up any number. */
function nameOf(asked: UpstreamModel, models: Upstream["models"]): Answering {
  const { provider, model } = asked;
  return { provider, model: models.includes(asked) ? model : "another" };
}

function promptOf(request: AnswerRequest): Prompt {
  const { prompt = "", messages = [{ role: "user", content: prompt }] } = request;
  const maxOutputTokens = request.max_completion_tokens ?? request.max_tokens;
  return {
    messages: messages.map(({ role, content }): Message => ({
      role: role === "developer" ? "system" : role,
      content,
    })),
    ...(request.temperature !== undefined && { temperature: request.temperature }),
    ...(maxOutputTokens !== undefined && { maxOutputTokens }),
  };
}

/** How providers begin to say that their format cannot carry something, such as a sound. */
const NO_PLACE = /: the format has no place for /;

function unspeakable(error: TypeError): Failure {
  const about = { status: 400, kind: "invalid-request", retryable: false } as const;
  return new Failure(error.message, { ...about, cause: error });
}

/** A success that is a page, or an answer in one piece, comes from somebody who does not stream. */
function refuseWhole({ ok, headers, body }: Response): void {
  const type = headers.get("content-type") ?? "";
  if (!ok || (body !== null && !/^(text\/html|application\/json)\b/i.test(type))) return;
  throw new Failure(
    `The upstream answered with ${type === "" ? "no body" : type}, not with an event stream.`,
    { status: 502, kind: "malformed-event", retryable: false },
  );
}
