import { pipe } from "@millrace/core";
import type { Part } from "@millrace/parts";
import type { SseSource } from "@millrace/sse";
import { aiSdkUi, encodeAiSdkUi } from "@millrace/ui";
import * as ai7 from "ai";
import * as ai5 from "ai-5";
import * as ai6 from "ai-6";
import * as fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { answers } from "../../../packages/parts/src/answers.fixture.ts";
import { answers as edgyAnswers } from "../../../packages/ui/src/answers.fixture.ts";
import { BEGUN, BODY, failing, finish, SORRY } from "./answers.ts";
import { serveFormat } from "./serve-format.ts";

/** What is used of `ai`, of any version. */
interface Ai {
  DefaultChatTransport: new (options: { api: string }) => {
    sendMessages: (options: object) => Promise<ReadableStream<Chunk>>;
  };
  readUIMessageStream: (options: object) => AsyncIterable<Message>;
}
interface Chunk {
  type: string;
  [field: string]: unknown;
}
interface Message {
  id: string;
  metadata?: unknown;
  parts: { type: string; [field: string]: unknown }[];
}

const VERSIONS = [
  [5, ai5 as unknown as Ai],
  [6, ai6 as unknown as Ai],
  [7, ai7 as unknown as Ai],
] as const;

const TARGETS = [5, 6, 7] as const;
const generated = fc.oneof(answers(), edgyAnswers);

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** An answer as the client reads it: its last message, the chunks, and the errors it tells of. */
async function read(ai: Ai, target: 5 | 6 | 7, parts: readonly Part[] | AsyncIterable<Part>) {
  const encoded: SseSource<string> = pipe(parts, encodeAiSdkUi({ target, messageId: "m1" }));
  const { url, close } = await serveFormat(aiSdkUi, () => encoded);
  closing.push(close);
  const transport = new ai.DefaultChatTransport({ api: url });
  const stream = await transport.sendMessages({
    trigger: "submit-message",
    chatId: "c",
    messages: [],
  });
  const [mine, theirs] = stream.tee();
  const errors: string[] = [];
  let message: Message | undefined;
  const messages = ai.readUIMessageStream({
    stream: theirs,
    onError: (error: Error) => errors.push(error.message),
  });
  for await (const next of messages) message = next;
  const chunks: Chunk[] = [];
  for await (const chunk of mine) chunks.push(chunk);
  return { message, errors, chunks, last: chunks.at(-1) };
}

function typesOf(message: Message | undefined): string[] {
  return message?.parts.map(({ type }) => type) ?? [];
}

describe.each(VERSIONS)("ai %i", (version, ai) => {
  // A client also reads what is meant for older ones.
  test.each([5, 6, 7].filter((target) => target <= version) as (5 | 6 | 7)[])(
    "reads a whole answer for target %i",
    async (target) => {
      const { message, errors, last } = await read(ai, target, [...BODY, finish("stop")]);
      expect(errors).toEqual([]);
      expect(message).toMatchObject({
        id: "m1",
        metadata: {
          response: { id: "resp_1", modelId: "mill-1" },
          usage: { outputTokens: { total: 5 } },
        },
      });
      expect(message?.parts).toMatchObject([
        { type: "step-start" },
        {
          type: "reasoning",
          text: "The weather, then.",
          state: "done",
          providerMetadata: { millrace: { signature: "sealed" } },
        },
        { type: "text", text: "Good morning 🌊\n\n", state: "done" },
        { type: "source-url", sourceId: "source-0", url: "https://example.com", title: "Mill" },
        { type: "source-document", sourceId: "source-1" },
        { type: "file", mediaType: "image/png", url: "data:image/png;base64,YQ==" },
        ...(target === 7
          ? [{ type: "reasoning-file", mediaType: "image/png", url: "data:image/png;base64,YQ==" }]
          : []),
        { type: "data-mill.moderation", data: { flagged: false } },
        {
          type: "tool-weather",
          state: "output-available",
          input: { city: "Ghent" },
          output: { degrees: 21 },
          providerExecuted: true,
        },
        {
          type: "tool-clock",
          state: "output-error",
          input: {},
          errorText: "no clock here",
        },
        { type: "data-millrace.tool-result" },
      ]);
      expect(last).toMatchObject({ type: "finish", finishReason: "stop" });
    },
  );

  test.each(["length", "content-filter", "tool-calls", "other"] as const)(
    "reads a finish by %s",
    async (reason) => {
      const { errors, last } = await read(ai, version, [finish(reason)]);
      expect(errors).toEqual([]);
      expect(last).toMatchObject({ type: "finish", finishReason: reason });
    },
  );

  test("asks for consent where it can", async () => {
    const call = { toolCallId: "call_1", toolName: "f", input: "{}", inputState: "valid" } as const;
    const { message, errors } = await read(ai, version, [
      { type: "tool-input-start", id: "call_1", toolName: "f" },
      { type: "tool-input-delta", id: "call_1", delta: "{}" },
      { type: "tool-input-end", id: "call_1" },
      { type: "tool-call", ...call, approvalId: "consent" },
      finish("tool-calls"),
    ]);
    expect(errors).toEqual([]);
    const state = version === 5 ? "input-available" : "approval-requested";
    expect(message?.parts[1]).toMatchObject({ type: "tool-f", state });
  });

  test("shows all that came before an error, and no secrets", async () => {
    const parts = [...BEGUN, SORRY, ...ends(BEGUN), finish("error")];
    const { message, errors, chunks, last } = await read(ai, version, parts);
    expect(errors).toEqual(["The answer failed. Please try again."]);
    expect(message?.parts).toMatchObject([
      {},
      { type: "tool-weather", state: "output-error" },
      { type: "text", text: "Good morn", state: "done" },
    ]);
    expect(chunks.find(({ type }) => type === "error")).toMatchObject({
      kind: "overloaded",
      retryable: true,
    });
    expect(JSON.stringify(chunks)).not.toContain("secret");
    expect(last).toMatchObject({ type: "finish", finishReason: "error" });
  });

  test("hears of a source that fails, at a clean end", async () => {
    const parts = failing(BEGUN, new Error("secret-host-7 is down"));
    const { message, errors, chunks, last } = await read(ai, version, parts);
    expect(errors).toEqual(["The answer failed. Please try again."]);
    expect(message?.parts[2]).toMatchObject({ type: "text", text: "Good morn", state: "done" });
    expect(JSON.stringify(chunks)).not.toContain("secret");
    expect(last).toMatchObject({ type: "finish", finishReason: "error" });
  });

  test("hears of an abort", async () => {
    const reason = new DOMException("The user left.", "AbortError");
    const { message, errors, chunks, last } = await read(ai, version, failing(BEGUN, reason));
    expect(errors).toEqual([]);
    expect(message?.parts[2]).toMatchObject({ type: "text", state: "done" });
    expect(chunks.map(({ type }) => type)).toContain("abort");
    expect(last).toMatchObject({ type: "finish" });
  });

  test("never takes an answer that was cut off for a whole one", async () => {
    const { errors, last } = await read(ai, version, [
      ...BEGUN,
      ...ends(BEGUN),
      finish("interrupted"),
    ]);
    expect(errors).toEqual(version === 7 ? [] : ["The answer failed. Please try again."]);
    expect(last).toMatchObject({ finishReason: version === 7 ? "interrupted" : "error" });
  });

  test("reads whatever answer there can be, and hears of no error but the answer's own", async () => {
    const target = fc.constantFrom(...TARGETS.filter((one) => one <= version));
    await fc.assert(
      fc.asyncProperty(target, generated, async (target, parts) => {
        const { errors, chunks, last } = await read(ai, target, parts);
        const told = chunks.filter(({ type }) => type === "error");
        expect(errors).toEqual(told.map(({ errorText }) => errorText));
        expect(last?.type).toBe("finish");
      }),
      { numRuns: 40 },
    );
  });

  test("takes back what is reset, or says that it cannot", async () => {
    const { message, errors, last } = await read(ai, version, [
      { type: "text-start", id: "text-0" },
      { type: "text-delta", id: "text-0", delta: "Good morn" },
      { type: "tool-input-start", id: "tool-0", toolName: "weather" },
      { type: "reset", blocks: ["tool-0"] },
      { type: "text-delta", id: "text-0", delta: "ing" },
      { type: "text-end", id: "text-0" },
      finish("stop"),
    ]);
    if (version === 7) {
      expect(errors).toEqual([]);
      expect(typesOf(message)).toEqual(["step-start", "text"]);
      expect(message?.parts[1]).toMatchObject({ text: "Good morning", state: "done" });
      expect(last).toMatchObject({ finishReason: "stop" });
    } else {
      expect(errors).toEqual(["The answer failed. Please try again."]);
      expect(last).toMatchObject({ type: "finish", finishReason: "error" });
    }
  });
});

function ends(parts: readonly Part[]): Part[] {
  return parts.flatMap((part): Part[] => {
    if (part.type === "text-start") return [{ type: "text-end", id: part.id }];
    return part.type === "tool-input-start" ? [{ type: "tool-input-end", id: part.id }] : [];
  });
}
