import type { Part } from "@millrace/parts";

/** An answer with something of everything that the formats have in common. */
const begun: Part[] = [
  { type: "response-metadata", id: "resp_1", modelId: "m", timestamp: new Date(1000) },
  { type: "reasoning-start", id: "reasoning-0" },
  { type: "reasoning-delta", id: "reasoning-0", delta: "Hm. " },
  { type: "reasoning-delta", id: "reasoning-0", delta: "Well." },
  { type: "reasoning-end", id: "reasoning-0", signature: "sig" },
  { type: "text-start", id: "text-0" },
  { type: "text-delta", id: "text-0", delta: "Good " },
  { type: "text-delta", id: "text-0", delta: "morning" },
];

const usage = {
  inputTokens: { total: 20, cacheRead: 5 },
  outputTokens: { total: 30, reasoning: 10 },
};

export const answerParts: readonly Part[] = [
  ...begun,
  { type: "text-end", id: "text-0" },
  { type: "tool-input-start", id: "call_1", toolName: "f" },
  { type: "tool-input-delta", id: "call_1", delta: '{"x"' },
  { type: "tool-input-delta", id: "call_1", delta: ":1}" },
  { type: "tool-input-end", id: "call_1" },
  { type: "tool-call", toolCallId: "call_1", toolName: "f", input: '{"x":1}', inputState: "valid" },
  { type: "usage", usage },
  { type: "finish", finishReason: { unified: "tool-calls", raw: undefined }, usage },
];

/** The provider fails in the middle of a text. */
export const failedParts: readonly Part[] = [
  ...begun,
  { type: "error", error: { kind: "overloaded", message: "Busy", retryable: true } },
  { type: "text-end", id: "text-0" },
  {
    type: "finish",
    finishReason: { unified: "error", raw: undefined },
    usage: { inputTokens: {}, outputTokens: {} },
  },
];
