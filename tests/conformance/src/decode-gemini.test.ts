import { decodeText, fuse } from "@millrace/core";
import { jsonItems } from "@millrace/parsers";
import type { FinishReason } from "@millrace/parts";
import { decodeGemini } from "@millrace/providers/gemini";
import { expect } from "vitest";
import { testRecordedAnswers } from "./recorded-answers.ts";

// Every recorded stream of Gemini's generateContent, from its own API and from Vertex, as
// server-sent events and as a JSON array.

const ENDINGS: Record<string, FinishReason[]> = {
  STOP: ["stop"],
  MAX_TOKENS: ["length"],
  SAFETY: ["content-filter"],
  RECITATION: ["content-filter"],
};

const count = (value: unknown): number => Number(value ?? 0);

testRecordedAnswers({
  title: "Gemini",
  wire: "gemini",
  decode: decodeGemini,
  transports: { "json-array": () => fuse(decodeText(), jsonItems<object>("$[*]")) },
  frame: (payload) => `data: ${payload}\r\n\r\n`,
  usage: (raw) => ({
    input: count(raw["promptTokenCount"]) + count(raw["toolUsePromptTokenCount"]),
    output:
      raw["candidatesTokenCount"] === undefined && raw["thoughtsTokenCount"] === undefined
        ? undefined
        : count(raw["candidatesTokenCount"]) + count(raw["thoughtsTokenCount"]),
  }),
  endings(raw, { toolCalls }) {
    if (raw === "STOP" && toolCalls.length > 0) return ["tool-calls"];
    return ENDINGS[raw ?? ""] ?? ["interrupted"];
  },
  check(parts, { otherParts = [] }) {
    const results = otherParts.filter((name) => /Result|Response/.test(name));
    const calls = parts.filter((part) => part.type === "tool-call" && part.providerExecuted);
    expect(calls).toHaveLength(otherParts.length - results.length);
    expect(parts.filter(({ type }) => type === "tool-result")).toHaveLength(results.length);
  },
  exceptions: {
    // The reason for blocking the prompt is the provider's word for the end.
    "vertex--generate-blocked-crlf.sse": { expected: { finishReason: "SAFETY" } },
    // The last event, which no blank line ends, is no part of the facts.
    "vertex--generate-blocked-noblankeof-crlf.sse": {
      expected: {
        text: "",
        reasoning: "",
        toolCalls: [],
        finishReason: "SAFETY",
        usage: null,
        id: null,
        model: null,
        errors: [],
      },
    },
    "gemini--generate-nofinish-noblankeof.sse": {
      expected: { text: "Hello world!", finishReason: "STOP" },
    },
  },
});
