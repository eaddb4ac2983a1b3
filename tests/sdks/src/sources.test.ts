import Anthropic from "@anthropic-ai/sdk";
import { pipe, type Stage } from "@millrace/core";
import { checkParts, type Part } from "@millrace/parts";
import { decodeAnthropic } from "@millrace/providers/anthropic";
import { decodeOpenaiChat } from "@millrace/providers/openai-chat";
import { decodeOpenaiResponses } from "@millrace/providers/openai-responses";
import { decodeSse, type SseEvent } from "@millrace/sse";
import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { anthropicEvents, chatChunks, responsesEvents } from "./answers.ts";
import { named, serve } from "./serve.ts";

// The streams of the official SDKs, over real HTTP, give the same parts as the bytes do. The SDK of
// OpenAI asks for Node 22, and streams on Node 20 all the same.

interface Source {
  name: string;
  decode: () => Stage<SseEvent | object, Part>;
  events: readonly string[];
  open: (url: string) => AsyncIterable<object> | Promise<AsyncIterable<object>>;
  /** An error in the middle of the stream, and what becomes of it. */
  error: string;
  kind: string;
}

const sdk = { apiKey: "none", maxRetries: 0 };
const ask = { model: "m", max_tokens: 9, messages: [{ role: "user", content: "Hello" }] } as const;
const overloaded = named({
  type: "error",
  error: { type: "overloaded_error", message: "Busy" },
});

const sources: Source[] = [
  {
    name: "openai, chat completions",
    decode: decodeOpenaiChat,
    events: [
      ...chatChunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`),
      "data: [DONE]\n\n",
    ],
    open: (baseURL) =>
      new OpenAI({ ...sdk, baseURL }).chat.completions.create({
        ...ask,
        messages: [{ role: "user", content: "Hello" }],
        stream: true,
      }),
    error: 'data: {"error":{"message":"Busy","code":429}}\n\n',
    kind: "rate-limit",
  },
  {
    name: "openai, responses",
    decode: decodeOpenaiResponses,
    events: responsesEvents.map(named),
    open: (baseURL) =>
      new OpenAI({ ...sdk, baseURL }).responses.create({
        model: "m",
        input: "Hello",
        stream: true,
      }),
    error: 'event: error\ndata: {"type":"error","error":{"message":"Busy","code":429}}\n\n',
    kind: "rate-limit",
  },
  {
    name: "openai, responses.stream()",
    decode: decodeOpenaiResponses,
    events: responsesEvents.map(named),
    open: (baseURL) =>
      new OpenAI({ ...sdk, baseURL }).responses.stream({ model: "m", input: "Hello" }),
    error: 'event: error\ndata: {"type":"error","error":{"message":"Busy","code":429}}\n\n',
    kind: "rate-limit",
  },
  {
    name: "@anthropic-ai/sdk",
    decode: decodeAnthropic,
    events: anthropicEvents.map(named),
    open: (baseURL) =>
      new Anthropic({ ...sdk, baseURL }).messages.create({
        ...ask,
        messages: [{ role: "user", content: "Hello" }],
        stream: true,
      }),
    error: overloaded,
    kind: "overloaded",
  },
  {
    name: "@anthropic-ai/sdk, messages.stream()",
    decode: decodeAnthropic,
    events: anthropicEvents.map(named),
    open: (baseURL) =>
      new Anthropic({ ...sdk, baseURL }).messages.stream({
        ...ask,
        messages: [{ role: "user", content: "Hello" }],
      }),
    error: overloaded,
    kind: "overloaded",
  },
];

describe.each(sources)("$name", ({ decode, events, open, error, kind }) => {
  test("gives the parts that the bytes give", async () => {
    const server = await serve(events);
    try {
      const response = await fetch(server.url);
      const fromBytes = await read(pipe(response.body!, decodeSse(), decode(), checkParts()));
      const fromSdk = await read(pipe(await open(server.url), decode(), checkParts()));
      expect(fromSdk.error).toBeUndefined();
      // The SDKs keep pings to themselves.
      const heard = fromBytes.parts.filter(({ type }) => type !== "status");
      expect(heard.length).toBeGreaterThan(8);
      expect(fromSdk.parts.filter(({ type }) => type !== "status")).toEqual(heard);
    } finally {
      await server.close();
    }
  });

  test("tells of what it throws as an error of the same kind, and finishes", async () => {
    const server = await serve([...events.slice(0, 4), error]);
    try {
      const { parts, error: thrown } = await read(pipe(await open(server.url), decode()));
      expect(thrown === undefined || thrown instanceof Error).toBe(true);
      expect(parts.slice(-2)).toMatchObject([
        { type: "error", error: { kind, retryable: true } },
        { type: "finish", finishReason: { unified: "error" } },
      ]);
    } finally {
      await server.close();
    }
  });
});

async function read(stream: ReadableStream<Part>): Promise<{ parts: Part[]; error?: unknown }> {
  const parts: Part[] = [];
  try {
    for await (const part of stream) parts.push(part);
    return { parts };
  } catch (error) {
    return { parts, error };
  }
}
