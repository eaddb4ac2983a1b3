import { pipe, type Source } from "@millrace/core";
import { systemClock, type Clock } from "@millrace/core/clock";
import { failover, retry, timeout, type FailoverContext, type RetryOptions } from "@millrace/flow";
import { continueAnswer, isFailurePart, joinHops, type Part } from "@millrace/parts";
import { continuePrompt, leaveOut } from "./ask/continue-prompt.ts";
import { lateStream, readAhead } from "./ask/late-stream.ts";
import { send } from "./ask/send.ts";
import { settleAnswer } from "./ask/settle-answer.ts";
import type { Prompt } from "./prompt.ts";
import type { Provider } from "./provider.ts";
import { NO_USAGE } from "./shared/usage.ts";
import { fields } from "./shared/wire.ts";

export interface AskOptions {
  /** Ends the request, and the stream with its reason, at once. */
  signal?: AbortSignal | undefined;
  /** Sends the requests, whatever the providers say. */
  fetch?: typeof fetch;
  /**
   * How often a provider is asked that fails before its first output, and how long to wait between;
   * `attempts` is 3 by default for the last provider, 1 for one behind which another one stands.
   */
  retry?: Pick<RetryOptions<Part>, "attempts" | "delay" | "maxDelay">;
  /** Milliseconds; `status` parts do not count. Default: no limits. */
  timeout?: AskTimeout;
  /** Hears of every response, also of those that are errors, before its body is read. */
  onResponse?: (response: Response, provider: Provider) => void;
  /**
   * What came of the answer before, from anybody, until it broke off: its rest is asked for, and stands
   * behind these parts, by `continueAnswer`. Nobody is asked for more of an answer that is whole.
   */
  soFar?: readonly Part[] | undefined;
  /** What a model is told that has to go on from the text of another one, and takes no prefill. */
  instruction?: string;
  clock?: Clock;
}

export interface AskTimeout {
  /** From each request to the first part that its provider gives: one that is made of the headers is none. */
  first?: number | undefined;
  /** From each part to the next one. */
  idle?: number | undefined;
  /** For all of it. */
  total?: number | undefined;
}

const INSTRUCTION =
  "Your last message broke off. Go on with it exactly where it ends: repeat nothing of it, " +
  "and say nothing about the interruption.";

/**
 * Asks a model: sends a prompt to a provider and gives the parts of the answer.
 *
 * - **In / Out:** a provider, made by a function such as `openaiChat`, or several in order of preference;
 *   a prompt, or only its question. The answer's parts, in the grammar that `checkParts` checks.
 * - **When:** it resolves at the first response that is a success. Parts as they come, one read ahead.
 * - **Retry:** a provider that fails before its first output is asked again, if the failure may pass:
 *   after a pause that doubles, and not before it has asked for. Parts before the first output are
 *   held until then. A page (`text/html`) in the place of an answer will not pass.
 * - **Failover:** the next provider is asked when one has failed for good, whatever the reason. If that
 *   was in the middle of an answer, it goes on from the text so far, by `joinHops`: a provider with
 *   `prefill` is given it as the beginning of its own message, any other one is told to go on. If a call
 *   was whole by then, nobody else is asked: the answer ends with `tool-calls`.
 * - **Going on:** with `soFar`, an answer that broke off elsewhere is gone on with in the same way.
 * - **Errors:** as long as there is no response that is a success, it rejects with the `ProviderError`
 *   of the last provider, the reason of `signal`, a `TimeoutError`, what `request` throws, or a
 *   `RangeError` for options that are none, or if there is no provider. From then on, failures are
 *   `error` parts, with a `finish` behind them; then the stream fails with them, unless they came as
 *   events.
 * - **Response:** a `response-metadata` part has the id of the request (`requestId`) and the headers about
 *   rate limits (`rateLimits`) under `providerMetadata` and the provider's name.
 * - **Cancel:** `signal`, and cancelling the stream, close the connection at once.
 * - **Limits:** 64 KiB of the body of an error, for 5 seconds; those of the decoder, `failover` and
 *   `joinHops`.
 * - **Cost:** some promises a part beside the decoder's own.
 *
 * @example
 * ```ts
 * import { collect } from "@millrace/parts";
 * import { ask } from "@millrace/providers";
 * import { openaiChat } from "@millrace/providers/openai-chat";
 *
 * const body = 'data: {"choices":[{"index":0,"delta":{"content":"Two."},"finish_reason":"stop"}]}\n\n';
 * const fetch = () => Promise.resolve(new Response(body)); // in place of the network
 *
 * const model = openaiChat({ apiKey: "secret", model: "gpt-4o-mini", fetch });
 * const { text } = await collect(await ask(model, "What is one and one?"));
 * text; // => "Two."
 * ```
 */
export async function ask(
  providers: Provider | readonly Provider[],
  prompt: Prompt | string,
  options: AskOptions = {},
): Promise<ReadableStream<Part>> {
  const { signal, timeout: limits = {}, instruction = INSTRUCTION } = options;
  const { clock = systemClock, fetch, onResponse, soFar: told = [] } = options;
  const all = "request" in providers ? [providers] : providers;
  if (all.length === 0) throw new RangeError("Cannot ask: no provider is given");
  const whole = typeof prompt === "string" ? question(prompt) : prompt;
  const harmless = new WeakSet<Part>(); // errors behind the end of an answer
  const isFailure = (part: Part): boolean => isFailurePart(part) && !harmless.has(part);
  const ofHeaders = new WeakSet<Part>(); // parts that no provider has given
  let onSuccess!: () => void;
  const success = new Promise<void>((resolve) => {
    onSuccess = resolve;
  });

  /** What one provider says to the prompt, or to what is left of it. */
  function hop(provider: Provider, { soFar = [], attempt }: FailoverContext<Part>): Source<Part> {
    const { prefill = false } = provider;
    const rest = continuePrompt(whole, [...told, ...soFar], { prefill, instruction });
    if (rest === undefined) return [WAITS_FOR_RESULTS];
    const parts = retry<Part>(({ attempt }) => request(provider, rest.prompt, attempt), {
      attempts: attempt === all.length ? ATTEMPTS : 1,
      ...options.retry,
      shouldRetry: mayPass,
      isOutput,
      isFailure,
      clock,
    });
    return rest.untold === "" ? parts : pipe(parts, leaveOut(rest.untold));
  }

  function request(provider: Provider, asked: Prompt, attempt: number): ReadableStream<Part> {
    let isSuccess = false;
    const answer = lateStream(async (signal) => {
      const sent = { clock, fetch, onResponse, ofHeaders };
      const parts = await send(provider, asked, { attempt, signal }, sent);
      isSuccess = true;
      onSuccess();
      return parts.getReader();
    });
    const { first, idle } = limits;
    // Who waits for the first part does not wait for headers.
    const isGiven = (part: Part): boolean => first === undefined || !ofHeaders.has(part);
    return pipe(
      limited(answer, { first, idle, clock }, isGiven),
      settleAnswer({ harmless, hasBegun: () => isSuccess }),
    );
  }

  if (isWhole(told)) return pipe<Part>([]);
  const answer = failover<Part>(
    all.map((provider) => (context) => hop(provider, context)),
    { join: () => joinHops(), isFailure, signal },
  );
  const { first, rest } = readAhead(limited(answer, { total: limits.total, clock }));
  await Promise.race([success, first]);
  const settled = pipe(rest, settleAnswer({ harmless, signal }));
  return options.soFar === undefined ? settled : pipe(settled, continueAnswer(told));
}

/** Nothing is left to be asked for. */
function isWhole(told: readonly Part[]): boolean {
  let whole = false;
  continueAnswer(told).start(
    () => undefined,
    () => {
      whole = true;
    },
  );
  return whole;
}

const ATTEMPTS = 3;

const WAITS_FOR_RESULTS: Part = {
  type: "finish",
  finishReason: { unified: "tool-calls", raw: undefined },
  usage: NO_USAGE,
};

/** What a provider says before it answers. An error that is no failure is of an event that cannot be read. */
const PRELIMINARIES = new Set<Part["type"]>([
  "response-metadata",
  "status",
  "usage",
  "raw",
  "error",
]);

function isOutput({ type }: Part): boolean {
  return !PRELIMINARIES.has(type);
}

function question(content: string): Prompt {
  return { messages: [{ role: "user", content }] };
}

/** Whether asking again may help after an error, an `error` part, or a `finish` that came too soon. */
function mayPass(failure: unknown): boolean {
  const { type, error, retryable, name } = fields(failure);
  const told = retryable ?? fields(error)["retryable"];
  return typeof told === "boolean" ? told : type === "finish" || name === "TimeoutError";
}

function limited(
  source: ReadableStream<Part>,
  { first = Infinity, idle = Infinity, total = Infinity, clock }: AskTimeout & { clock: Clock },
  isGiven: (part: Part) => boolean = () => true,
): ReadableStream<Part> {
  if (Math.min(first, idle, total) === Infinity) return source;
  const isOutput = (part: Part): boolean => part.type !== "status" && isGiven(part);
  return source.pipeThrough(timeout({ first, idle, total, isOutput, clock }));
}
