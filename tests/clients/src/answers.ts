import type { FinishPart, FinishReason, Part } from "@millrace/parts";

/** What an answer may have: all kinds of blocks, woven into each other, and facts. */
export const BODY: Part[] = [
  { type: "response-metadata", id: "resp_1", modelId: "mill-1", timestamp: new Date(0) },
  { type: "status", status: "searching", progress: 0.5 },
  { type: "reasoning-start", id: "reasoning-0", kind: "summary" },
  { type: "reasoning-delta", id: "reasoning-0", delta: "The weather," },
  { type: "text-start", id: "text-0" },
  { type: "reasoning-delta", id: "reasoning-0", delta: " then." },
  { type: "text-delta", id: "text-0", delta: "Good morn" },
  { type: "reasoning-end", id: "reasoning-0", signature: "sealed" },
  { type: "text-delta", id: "text-0", delta: "ing 🌊\n\n" },
  { type: "text-end", id: "text-0" },
  {
    type: "source",
    id: "source-0",
    source: { kind: "url", url: "https://example.com", title: "Mill" },
  },
  { type: "source", id: "source-1", source: { kind: "file", fileId: "file-7" } },
  { type: "file", mediaType: "image/png", data: { type: "data", data: "YQ==" } },
  {
    type: "file",
    id: "voice",
    mediaType: "audio/wav",
    data: { type: "data", data: "YQ==" },
    delta: true,
  },
  { type: "file", mediaType: "image/png", data: { type: "data", data: "YQ==" }, reasoning: true },
  { type: "custom", kind: "mill.moderation", value: { flagged: false } },
  { type: "raw", rawValue: { any: "thing" }, event: "message" },
  { type: "tool-input-start", id: "call_1", toolName: "weather", providerExecuted: true },
  { type: "tool-input-delta", id: "call_1", delta: '{"city":' },
  { type: "tool-input-delta", id: "call_1", delta: '"Ghent"}' },
  { type: "tool-input-end", id: "call_1" },
  {
    type: "tool-call",
    toolCallId: "call_1",
    toolName: "weather",
    input: '{"city":"Ghent"}',
    inputState: "valid",
    providerExecuted: true,
  },
  { type: "tool-result", toolCallId: "call_1", result: "looking", preliminary: true },
  { type: "tool-result", toolCallId: "call_1", result: { degrees: 21 } },
  { type: "tool-input-start", id: "call_2", toolName: "clock" },
  { type: "tool-input-end", id: "call_2" },
  { type: "tool-call", toolCallId: "call_2", toolName: "clock", input: "", inputState: "valid" },
  { type: "tool-result", toolCallId: "call_2", result: "no clock here", isError: true },
  { type: "tool-result", toolCallId: "call_of_yesterday", result: "late" },
  { type: "usage", usage: { inputTokens: { total: 8 }, outputTokens: { total: 5, reasoning: 2 } } },
];

export function finish(unified: FinishReason): FinishPart {
  return {
    type: "finish",
    finishReason: { unified, raw: unified === "interrupted" ? undefined : "end" },
    usage: { inputTokens: { total: 8 }, outputTokens: { total: 5, reasoning: 2 } },
  };
}

/** Parts, and then what the source does instead of ending. */
export async function* failing(parts: readonly Part[], reason: unknown): AsyncGenerator<Part> {
  for (const part of parts) yield Promise.resolve(part);
  throw reason;
}

/** Up to the middle of a text, with a tool's input open as well. */
export const BEGUN: Part[] = [
  { type: "tool-input-start", id: "tool-0", toolName: "weather" },
  { type: "tool-input-delta", id: "tool-0", delta: '{"ci' },
  { type: "text-start", id: "text-0" },
  { type: "text-delta", id: "text-0", delta: "Good morn" },
];

export const SORRY: Part = {
  type: "error",
  error: { kind: "overloaded", message: "secret-host-7 is down", retryable: true },
};

/** What the formats of providers have in common: reasoning, text, and a call with its input in pieces. */
export const CALLING: Part[] = [
  { type: "response-metadata", id: "resp_1", modelId: "mill-1", timestamp: new Date(1_000) },
  { type: "reasoning-start", id: "reasoning-0", kind: "summary" },
  { type: "reasoning-delta", id: "reasoning-0", delta: "The weather," },
  { type: "reasoning-delta", id: "reasoning-0", delta: " then." },
  { type: "reasoning-end", id: "reasoning-0", signature: "sealed" },
  { type: "text-start", id: "text-0" },
  { type: "text-delta", id: "text-0", delta: "Good morn" },
  { type: "text-delta", id: "text-0", delta: "ing 🌊\n\n" },
  { type: "text-end", id: "text-0" },
  { type: "tool-input-start", id: "call_1", toolName: "weather" },
  { type: "tool-input-delta", id: "call_1", delta: '{"city":' },
  { type: "tool-input-delta", id: "call_1", delta: '"Ghent"}' },
  { type: "tool-input-end", id: "call_1" },
  {
    type: "tool-call",
    toolCallId: "call_1",
    toolName: "weather",
    input: '{"city":"Ghent"}',
    inputState: "valid",
  },
  finish("tool-calls"),
];
