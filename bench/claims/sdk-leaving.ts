import { setTimeout as wait } from "node:timers/promises";
import { pipe } from "@millrace/core";
import { peer, rowsOf, type Claim } from "./claim.ts";
import { anthropicAnswer, chatAnswer, framesOf, type Answer } from "./sdk-answers.ts";

/** The stream of an SDK, and the answer that it reads. */
interface Opened {
  answer: Answer;
  open: (fetch: typeof globalThis.fetch) => Promise<AsyncIterable<unknown>>;
}

const LONG_ENOUGH = 100;
const CLIENT = { apiKey: "none", maxRetries: 0, logLevel: "off" };
const BODY = { model: "m", stream: true, messages: [{ role: "user", content: "What turns?" }] };

const sdks = [
  peer<Opened>(
    "openai",
    ({ OpenAI }: OpenaiModule) => ({
      answer: chatAnswer,
      open: (fetch) => new OpenAI({ ...CLIENT, fetch }).chat.completions.create(BODY),
    }),
    "a stream",
  ),
  peer<Opened>(
    "@anthropic-ai/sdk",
    ({ Anthropic }: AnthropicModule) => ({
      answer: anthropicAnswer,
      open: (fetch) => {
        return new Anthropic({ ...CLIENT, fetch }).messages.create({ ...BODY, max_tokens: 9 });
      },
    }),
    "a stream",
  ),
];

/** A reader leaves while the model says nothing: when does the provider hear of it? */
export const leavingSdks: Claim = {
  name: "leaving-sdks",
  head: ["of", "itself", "an async generator over it", "`pipe` over it"],
  rows: rowsOf(sdks, async ({ answer, open }) => [
    await leave(answer, open, (stream) => stream),
    await leave(answer, open, generate),
    await leave(answer, open, (stream) => pipe(stream)),
  ]),
};

async function* generate(stream: AsyncIterable<unknown>): AsyncGenerator {
  yield* stream;
}

async function leave(
  answer: Answer,
  open: Opened["open"],
  wrap: (stream: AsyncIterable<unknown>) => AsyncIterable<unknown>,
): Promise<string> {
  const heard: unknown[] = [];
  const hear = (reason: unknown) => void heard.push(reason);
  const stream = await open((_, init) => {
    init?.signal?.addEventListener("abort", hear);
    const [first] = framesOf(answer);
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(first));
      },
      cancel: hear,
    });
    const headers = { "content-type": "text/event-stream" };
    return Promise.resolve(new Response(body, { headers }));
  });
  const iterator = wrap(stream)[Symbol.asyncIterator]();
  await iterator.next();
  for (const promise of [iterator.next(), iterator.return?.()]) {
    Promise.resolve(promise).catch(() => undefined); // it may fail, or never settle
  }
  await wait(LONG_ENOUGH);
  return heard.length > 0 ? "at once" : "when the model says more";
}

interface OpenaiModule {
  OpenAI: new (options: object) => {
    chat: { completions: { create: (body: object) => Promise<AsyncIterable<unknown>> } };
  };
}
interface AnthropicModule {
  Anthropic: new (options: object) => {
    messages: { create: (body: object) => Promise<AsyncIterable<unknown>> };
  };
}
