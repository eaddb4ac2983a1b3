import Anthropic from "@anthropic-ai/sdk";
import { pipe, stage, type Stage } from "@millrace/core";
import type { Part } from "@millrace/parts";
import { anthropicFormat, encodeAnthropic } from "@millrace/providers/anthropic";
import { encodeOpenaiChat, openaiChatFormat } from "@millrace/providers/openai-chat";
import { encodeOpenaiResponses, openaiResponsesFormat } from "@millrace/providers/openai-responses";
import type { SseFormat, SseMessage } from "@millrace/sse";
import { sendSse } from "@millrace/sse/node";
import OpenAI from "openai";
import { afterEach, describe, expect, test } from "vitest";
import { answerParts, failedParts } from "./parts.ts";
import { serveWith, type Served } from "./serve.ts";

// The official SDKs as clients of what we send, over real HTTP: `sseResponse` with each format, so
// with its comments, keep-alives and last block.

const sdk = { apiKey: "none", maxRetries: 0 };
let served: Served | undefined;

afterEach(async () => {
  await served?.close();
  served = undefined;
});

interface Wire {
  encode: () => Stage<Part, string | SseMessage>;
  format: SseFormat;
}

/** Answers with these parts, a keep-alive ahead of each message, and each with an id. */
async function serveParts({ encode, format }: Wire, parts: readonly Part[]): Promise<string> {
  const patient = stage<string | SseMessage, string | SseMessage>((emit) => ({
    push(message) {
      emit(format.keepAlive ?? { comment: "keep-alive" });
      emit(message);
    },
  }));
  served = await serveWith((response) =>
    sendSse(response, pipe(parts, encode(), patient), { format, count: true }),
  );
  return served.url;
}

describe("openai, chat completions", () => {
  const wire: Wire = { encode: () => encodeOpenaiChat(), format: openaiChatFormat };
  const request = { model: "m", messages: [{ role: "user", content: "Hello" }] } as const;
  const open = async (parts: readonly Part[]) =>
    new OpenAI({ ...sdk, baseURL: await serveParts(wire, parts) }).chat.completions;

  test("create({ stream: true }) gives the chunks", async () => {
    const completions = await open(answerParts);
    const chunks = [];
    for await (const chunk of await completions.create({
      ...request,
      messages: [...request.messages],
      stream: true,
    })) {
      chunks.push(chunk);
    }
    const content = chunks.map(({ choices }) => choices[0]?.delta.content ?? "");
    expect(content.join("")).toBe("Good morning");
    const told = chunks.filter(({ choices, usage }) => choices.length > 0 || usage); // not kept alive
    expect(new Set(told.map(({ id }) => id))).toEqual(new Set(["resp_1"]));
    expect(told.at(-1)?.usage?.total_tokens).toBe(50);
  });

  test("stream().finalChatCompletion() gives the answer", async () => {
    const completions = await open(answerParts);
    const stream = completions.stream({ ...request, messages: [...request.messages] });
    expect(await stream.finalChatCompletion()).toMatchObject({
      id: "resp_1",
      model: "m",
      choices: [
        {
          index: 0,
          finish_reason: "tool_calls",
          message: {
            role: "assistant",
            content: "Good morning",
            tool_calls: [
              { id: "call_1", type: "function", function: { name: "f", arguments: '{"x":1}' } },
            ],
          },
        },
      ],
      usage: { prompt_tokens: 20, completion_tokens: 30, total_tokens: 50 },
    });
  });

  test("an error in mid-stream is its APIError", async () => {
    const completions = await open(failedParts);
    const stream = completions.stream({ ...request, messages: [...request.messages] });
    const error: unknown = await stream.finalChatCompletion().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(OpenAI.APIError);
    expect(error).toMatchObject({ code: "overloaded", type: "overloaded_error" });
  });
});

describe("@anthropic-ai/sdk", () => {
  const wire: Wire = { encode: () => encodeAnthropic(), format: anthropicFormat };
  const request = { model: "m", max_tokens: 9 };
  const messages = [{ role: "user" as const, content: "Hello" }];
  const open = async (parts: readonly Part[]) =>
    new Anthropic({ ...sdk, baseURL: await serveParts(wire, parts) }).messages;

  test("create({ stream: true }) gives the events", async () => {
    const events = [];
    const client = await open(answerParts);
    for await (const event of await client.create({ ...request, messages, stream: true })) {
      events.push(event);
    }
    expect(events.map(({ type }) => type)).toEqual([
      "message_start",
      "content_block_start",
      "content_block_delta",
      "content_block_delta",
      "content_block_delta",
      "content_block_stop",
      "content_block_start",
      "content_block_delta",
      "content_block_delta",
      "content_block_stop",
      "content_block_start",
      "content_block_delta",
      "content_block_delta",
      "content_block_stop",
      "message_delta",
      "message_stop",
    ]);
  });

  test("stream().finalMessage() gives the answer", async () => {
    const client = await open(answerParts);
    expect(await client.stream({ ...request, messages }).finalMessage()).toMatchObject({
      id: "resp_1",
      model: "m",
      content: [
        { type: "thinking", thinking: "Hm. Well.", signature: "sig" },
        { type: "text", text: "Good morning" },
        { type: "tool_use", id: "call_1", name: "f", input: { x: 1 } },
      ],
      stop_reason: "tool_use",
      usage: { input_tokens: 15, cache_read_input_tokens: 5, output_tokens: 30 },
    });
  });

  test("an error in mid-stream is its APIError", async () => {
    const client = await open(failedParts);
    const stream = client.stream({ ...request, messages });
    const error: unknown = await stream.finalMessage().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Anthropic.APIError);
    expect(error).toMatchObject({ type: "overloaded_error" });
  });
});

describe("openai, responses", () => {
  const wire: Wire = { encode: () => encodeOpenaiResponses(), format: openaiResponsesFormat };
  const request = { model: "m", input: "Hello" };
  const open = async (parts: readonly Part[]) =>
    new OpenAI({ ...sdk, baseURL: await serveParts(wire, parts) }).responses;
  const answer = {
    id: "resp_1",
    status: "completed",
    output: [
      { type: "reasoning", content: [{ type: "reasoning_text", text: "Hm. Well." }] },
      { type: "message", content: [{ type: "output_text", text: "Good morning" }] },
      { type: "function_call", call_id: "call_1", name: "f", arguments: '{"x":1}' },
    ],
    usage: { input_tokens: 20, output_tokens: 30, total_tokens: 50 },
  };

  test("create({ stream: true }) gives the events, and the answer at last", async () => {
    const events = [];
    const client = await open(answerParts);
    for await (const event of await client.create({ ...request, stream: true })) {
      events.push(event);
    }
    expect(events.map(({ sequence_number }) => sequence_number)).toEqual([...events.keys()]);
    const deltas = events.filter(({ type }) => type === "response.output_text.delta");
    expect(deltas).toMatchObject([{ delta: "Good " }, { delta: "morning" }]);
    expect(events.at(-1)).toMatchObject({ type: "response.completed", response: answer });
  });

  test("no block has an id and no data: openai for Python parses that as JSON", async () => {
    const body = await (await fetch(await serveParts(wire, answerParts))).text();
    const blocks = body.split("\n\n").filter((block) => /^id:/m.test(block));
    expect(blocks.every((block) => /^data:/m.test(block))).toBe(true);
    expect(blocks.at(-1)).toContain("id: done");
  });

  test("stream().finalResponse() gives the answer", async () => {
    const client = await open(answerParts);
    const response = await client.stream(request).finalResponse();
    expect(response).toMatchObject({ ...answer, output_text: "Good morning" });
  });

  test("an error in mid-stream is its APIError", async () => {
    const client = await open(failedParts);
    const stream = client.stream(request);
    const error: unknown = await stream.finalResponse().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(OpenAI.APIError);
    expect(error).toMatchObject({ code: "overloaded" });
  });
});
