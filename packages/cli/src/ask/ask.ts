import { encodeText, fuse, map, pipe, stage, type Stage } from "@millrace/core";
import { metrics, TimeoutError } from "@millrace/flow";
import { text, type FinishPart, type Part } from "@millrace/parts";
import { ask as askProviders, isProviderError, type Provider } from "@millrace/providers";
import { codeOf, EXIT, Failure, isReaderGone, usageFailure } from "../failure.ts";
import type { Host } from "../host.ts";
import { paintFor } from "../paint.ts";
import { printAll } from "../print-all.ts";
import { readNumber, readOptions } from "../read-options.ts";
import { say } from "../say.ts";
import { toJson } from "../to-json.ts";
import { visible } from "../visible.ts";
import { watchParts } from "../watch-parts.ts";
import { figuresLine } from "./figures-line.ts";
import { openProviders } from "./open-providers.ts";
import { readQuestion } from "./read-question.ts";

const OPTIONS = {
  provider: { type: "string", short: "p", multiple: true },
  model: { type: "string", short: "m", multiple: true },
  system: { type: "string", short: "s" },
  "base-url": { type: "string" },
  "max-tokens": { type: "string" },
  temperature: { type: "string" },
  "top-p": { type: "string" },
  stop: { type: "string", multiple: true },
  body: { type: "string" },
  timeout: { type: "string" },
  reasoning: { type: "boolean" },
  json: { type: "boolean" },
  quiet: { type: "boolean", short: "q" },
} as const;

const MILLISECONDS = 1_000; // in a second

/** Asks a model, or the next one, and prints the answer as it comes. */
export async function ask(args: readonly string[], host: Host): Promise<number> {
  const { stdout, stderr, env, signal } = host;
  const { values, positionals } = readOptions("ask", args, OPTIONS);
  const { quiet = false, json = false } = values;
  const choice = {
    providers: values.provider ?? [],
    models: values.model ?? [],
    baseUrl: values["base-url"],
  };
  const providers = openProviders(choice, env);
  const seconds = readNumber("timeout", values.timeout);
  const silence = seconds === undefined ? undefined : seconds * MILLISECONDS;
  const prompt = await readQuestion(positionals, values, host);

  const paint = paintFor(stderr);
  const tell = async (line: string): Promise<void> => {
    if (!quiet) await say(host, `${paint.dim(visible(line))}\n`);
  };
  const since = performance.now();
  let asked: Provider | undefined; // who answered last
  let finish: FinishPart | undefined;
  let unwell: string | undefined; // what the answer says of its failure
  let failure: { reason: unknown } | undefined;

  const meter = metrics<Part>({ since });
  const watch = fuse(
    map((part: Part) => {
      if (part.type === "finish" && (part.choice ?? 0) === 0) finish = part;
      return part;
    }),
    watchParts((what) => (unwell = what)),
  );
  try {
    const parts = await askProviders(providers, prompt, {
      signal,
      timeout: { first: silence, idle: silence },
      onResponse(response, provider) {
        if (asked !== undefined && asked !== provider) void tell(`Now ${provider.name} is asked.`);
        asked = provider;
        if (!response.ok) void tell(`${provider.name} answered ${response.status}.`);
      },
    });
    const printed = json
      ? map((part: Part) => `${toJson(part)}\n`)
      : spoken(host, values.reasoning);
    const shown = map((said: string) => (stdout.isTerminal ? visible(said) : said));
    const bytes = pipe(parts, fuse(meter, watch), printed, shown, encodeText());
    await printAll(bytes, stdout, { signal, endLine: true });
  } catch (reason) {
    failure = { reason };
  }
  if (asked !== undefined)
    await tell(figuresLine(meter.snapshot(), { finish, provider: asked.name }));
  if (failure !== undefined) {
    // What the answer itself said of its failure says more than what became of the stream.
    const isOurs = signal.aborted || isReaderGone(failure.reason);
    if (isOurs) throw failure.reason;
    if (unwell === undefined) throw failureOf(failure.reason);
  }
  if (unwell !== undefined) throw new Failure(unwell, EXIT.broken);
  return EXIT.fine;
}

/** What is said, for the eye; thoughts go to stderr if they are wanted. */
function spoken(host: Host, reasoning = false): Stage<Part, string> {
  const { dim } = paintFor(host.stderr);
  const think = stage<Part, Part>((emit) => ({
    push(part) {
      if (part.type === "reasoning-delta") void say(host, dim(visible(part.delta)));
      if (part.type === "reasoning-end") void say(host, "\n");
      emit(part);
    },
  }));
  return reasoning ? fuse(think, text()) : text();
}

/** What the user is told of a request that got no answer. */
function failureOf(reason: unknown): unknown {
  if (isProviderError(reason) && reason.status !== undefined) {
    return new Failure(reason.message, EXIT.broken);
  }
  const code = codeOf(reason);
  if (isProviderError(reason)) {
    return new Failure(`${reason.message}${code === undefined ? "" : ` (${code})`}.`, EXIT.outside);
  }
  if (reason instanceof TimeoutError) return new Failure(`${reason.message}.`, EXIT.outside);
  // What a provider has no place for, such as a stop sequence, is a `TypeError` of its request.
  if (reason instanceof TypeError) return usageFailure(reason.message);
  return reason;
}
