import Anthropic from "@anthropic-ai/sdk";
import { pipe } from "@millrace/core";
import { checkParts, type Part } from "@millrace/parts";
import { decodeAnthropic } from "@millrace/providers/anthropic";
import { decodeOpenaiChat } from "@millrace/providers/openai-chat";
import { decodeOpenaiResponses } from "@millrace/providers/openai-responses";
import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { anthropicEvents, chatChunks, responsesEvents } from "./answers.ts";
import { moreSources } from "./more-sources.ts";
import { data, named, serve } from "./serve.ts";
import { eventSource, type Source } from "./source.ts";

// The streams of the official SDKs, over real HTTP, give the same parts as the bytes do. Some of them
// ask for Node 22, and stream on Node 20 all the same.

const sdk = { apiKey: "none", maxRetries: 0 };
const ask = { model: "m", max_tokens: 9, messages: [{ role: "user", content: "Hello" }] } as const;
const overloaded = named({
  type: "error",
  error: { type: "overloaded_error", message: "Busy" },
});

const sources: readonly Source[] = [
  {
    ...eventSource,
    name: "openai, chat completions",
    decode: decodeOpenaiChat,
    events: [...chatChunks.map(data), "data: [DONE]\n\n"],
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
    ...eventSource,
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
    ...eventSource,
    name: "openai, responses.stream()",
    decode: decodeOpenaiResponses,
    events: responsesEvents.map(named),
    open: (baseURL) =>
      new OpenAI({ ...sdk, baseURL }).responses.stream({ model: "m", input: "Hello" }),
    error: 'event: error\ndata: {"type":"error","error":{"message":"Busy","code":429}}\n\n',
    kind: "rate-limit",
  },
  {
    ...eventSource,
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
    ...eventSource,
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

describe.each([...sources, ...moreSources])(
  "$name",
  ({ decode, units, contentType, events, open, error, kind }) => {
    test("gives the parts that the bytes give", async () => {
      const server = await serve(events, contentType);
      try {
        const response = await fetch(server.url);
        const fromBytes = await read(pipe(response.body!, units(), decode(), checkParts()));
        const fromSdk = await read(pipe(await open(server.url), decode(), checkParts()));
        expect(fromSdk.error).toBeUndefined();
        // The SDKs keep pings to themselves, and some have names of their own for counts.
        const heard = fromBytes.parts.filter(({ type }) => type !== "status").map(withoutRaw);
        expect(heard.length).toBeGreaterThan(8);
        const told = fromSdk.parts.filter(({ type }) => type !== "status").map(withoutRaw);
        expect(told).toEqual(heard);
      } finally {
        await server.close();
      }
    });

    test("tells of what it throws as an error of the same kind, and finishes", async () => {
      const server = await serve([...events.slice(0, 3), error], contentType);
      try {
        const { parts, error: thrown } = await read(pipe(await open(server.url), decode()));
        expect(thrown === undefined || thrown instanceof Error).toBe(true);
        expect(parts.filter(({ type }) => type === "error")).toMatchObject([
          { error: { kind, retryable: true } },
        ]);
        expect(parts.at(-1)).toMatchObject({ type: "finish", finishReason: { unified: "error" } });
      } finally {
        await server.close();
      }
    });
  },
);

function withoutRaw(part: Part): Part {
  if (part.type !== "usage" && part.type !== "finish") return part;
  return { ...part, usage: { ...part.usage, raw: undefined } };
}

async function read(stream: ReadableStream<Part>): Promise<{ parts: Part[]; error?: unknown }> {
  const parts: Part[] = [];
  try {
    for await (const part of stream) parts.push(part);
    return { parts };
  } catch (error) {
    return { parts, error };
  }
}
