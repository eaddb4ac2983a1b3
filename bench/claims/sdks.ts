import { collect } from "@millrace/parts";
import { ask, type Provider } from "@millrace/providers";
import { anthropic } from "@millrace/providers/anthropic";
import { gemini } from "@millrace/providers/gemini";
import { openaiChat } from "@millrace/providers/openai-chat";
import { openaiResponses } from "@millrace/providers/openai-responses";
import { ours, peer, rowsOf, type Claim } from "./claim.ts";
import {
  ANSWER,
  LAST_PIECE,
  anthropicAnswer,
  chatAnswer,
  framesOf,
  geminiAnswer,
  responsesAnswer,
  type Answer,
} from "./sdk-answers.ts";

/** Asks for an answer, and gives all of its text; for ours, how it ended too. */
interface Asker {
  answer: Answer;
  ask: (fetch: typeof globalThis.fetch) => Promise<string | { text: string; end: string }>;
}

/** Characters of an event that do not come. */
const MISSING = 20;
const CHUNK = 262_144;
const FLOOD = 80 * CHUNK;
const KEY = { apiKey: "none" };
const QUIET = { maxRetries: 0, logLevel: "off" };
const PROMPT = "What turns?";
const MESSAGES = [{ role: "user", content: PROMPT }];
const CHAT = { model: "m", messages: MESSAGES };
const RESPONSE = { model: "m", input: PROMPT };
const MESSAGE = { model: "m", max_tokens: 9, messages: MESSAGES };

const askers = [
  millrace("openai-chat", chatAnswer, openaiChat({ ...KEY, model: "m" })),
  millrace("openai-responses", responsesAnswer, openaiResponses({ ...KEY, model: "m" })),
  millrace("anthropic", anthropicAnswer, anthropic({ ...KEY, model: "m" })),
  millrace("gemini", geminiAnswer, gemini({ ...KEY, model: "m" })),
  openai("`chat.completions.create`", chatAnswer, async ({ chat }) =>
    join(await chat.completions.create({ ...CHAT, stream: true }), ({ choices }) => {
      return choices[0]?.delta.content;
    }),
  ),
  openai("`chat.completions.stream`", chatAnswer, async ({ chat }) =>
    textOf(await chat.completions.stream(CHAT).finalContent()),
  ),
  openai("`responses.create`", responsesAnswer, async ({ responses }) =>
    join(await responses.create({ ...RESPONSE, stream: true }), ({ type, delta }) => {
      return type === "response.output_text.delta" ? delta : undefined;
    }),
  ),
  openai("`responses.stream`", responsesAnswer, async ({ responses }) => {
    const { output } = await responses.stream(RESPONSE).finalResponse();
    return textOf(output[0]?.content?.[0]?.text);
  }),
  anthropicSdk("`messages.create`", async ({ messages }) =>
    join(await messages.create({ ...MESSAGE, stream: true }), ({ delta }) => delta?.text),
  ),
  anthropicSdk("`messages.stream`", ({ messages }) => messages.stream(MESSAGE).finalText()),
  peer<Asker>(
    "@google/genai",
    ({ GoogleGenAI }: Google) => ({
      answer: geminiAnswer,
      ask: (fetch) =>
        instead(fetch, async () => {
          const { models } = new GoogleGenAI(KEY);
          const stream = await models.generateContentStream({ model: "m", contents: PROMPT });
          return join(stream, ({ text }) => text);
        }),
    }),
    "`generateContentStream`",
  ),
];

export const brokenAnswers: Claim = {
  name: "broken-answers",
  head: [
    "by",
    "cut behind its second piece",
    "in the third",
    "behind the third",
    "a comment and an `id` before each data",
    "20 MiB without an end",
  ],
  rows: rowsOf(askers, async ({ answer, ask }) => {
    const frames = framesOf(answer);
    const last = frames.findIndex((frame) => frame.includes(LAST_PIECE));
    const before = frames.slice(0, last).join("");
    return [
      await hear(ask, before),
      await hear(ask, before + frames[last]!.slice(0, -MISSING)),
      await hear(ask, before + frames[last]!),
      await hear(ask, framesOf(answer, ": still here\nid: 7\n").join("")),
      await flood(ask),
    ];
  }),
};

async function hear(ask: Asker["ask"], body: string): Promise<string> {
  const headers = { "content-type": "text/event-stream" };
  try {
    const heard = await ask(() => Promise.resolve(new Response(body, { headers })));
    const { text, end } = typeof heard === "string" ? { text: heard, end: "stop" } : heard;
    const much = text === ANSWER ? "all of it" : `${String(text.length)} characters`;
    if (end !== "stop") return `${much}, \`${end}\``;
    return text === ANSWER ? much : `${much}, no error`;
  } catch {
    return "an error";
  }
}

/** An event that goes on and on: whether it is refused before it is all there. */
async function flood(ask: Asker["ask"]): Promise<string> {
  const chunk = new TextEncoder().encode("x".repeat(CHUNK));
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (sent === 0) controller.enqueue(new TextEncoder().encode('data: {"'));
      if (sent >= FLOOD) controller.close();
      else controller.enqueue(chunk);
      sent += CHUNK;
    },
  });
  const headers = { "content-type": "text/event-stream" };
  const response = new Response(body, { headers });
  await Promise.resolve(ask(() => Promise.resolve(response))).catch(() => undefined);
  return sent > FLOOD ? "held" : "refused";
}

function millrace(name: string, answer: Answer, provider: Provider) {
  return ours<Asker>(`\`ask\`, ${name}`, {
    answer,
    ask: async (fetch) => {
      const { text, finishReason } = await collect(await ask(provider, PROMPT, { fetch }));
      return { text, end: finishReason };
    },
  });
}

function openai(what: string, answer: Answer, run: (client: OpenAI) => Promise<string>) {
  return peer<Asker>(
    "openai",
    ({ OpenAI }: OpenaiModule) => ({
      answer,
      ask: (fetch) => run(new OpenAI({ ...KEY, ...QUIET, fetch })),
    }),
    what,
  );
}

function anthropicSdk(what: string, run: (client: Anthropic) => Promise<string>) {
  return peer<Asker>(
    "@anthropic-ai/sdk",
    ({ Anthropic }: AnthropicModule) => ({
      answer: anthropicAnswer,
      ask: (fetch) => run(new Anthropic({ ...KEY, ...QUIET, fetch })),
    }),
    what,
  );
}

async function join<T>(
  stream: AsyncIterable<T>,
  read: (item: T) => string | null | undefined,
): Promise<string> {
  let text = "";
  for await (const item of stream) text += read(item) ?? "";
  return text;
}

function textOf(text: string | null | undefined): string {
  return text ?? "";
}

/** For an SDK that takes no `fetch` but the runtime's. */
async function instead<T>(fetch: typeof globalThis.fetch, run: () => Promise<T>): Promise<T> {
  const before = globalThis.fetch;
  globalThis.fetch = fetch;
  try {
    return await run();
  } finally {
    globalThis.fetch = before;
  }
}

interface OpenaiModule {
  OpenAI: new (options: object) => OpenAI;
}
interface OpenAI {
  chat: {
    completions: {
      create: (
        body: object,
      ) => Promise<AsyncIterable<{ choices: { delta: { content?: string | null } }[] }>>;
      stream: (body: object) => { finalContent: () => Promise<string | null> };
    };
  };
  responses: {
    create: (body: object) => Promise<AsyncIterable<{ type: string; delta?: string }>>;
    stream: (body: object) => {
      finalResponse: () => Promise<{ output: { content?: { text?: string }[] }[] }>;
    };
  };
}
interface AnthropicModule {
  Anthropic: new (options: object) => Anthropic;
}
interface Anthropic {
  messages: {
    create: (body: object) => Promise<AsyncIterable<{ delta?: { text?: string } }>>;
    stream: (body: object) => { finalText: () => Promise<string> };
  };
}
interface Google {
  GoogleGenAI: new (options: object) => {
    models: {
      generateContentStream: (request: object) => Promise<AsyncIterable<{ text?: string }>>;
    };
  };
}
