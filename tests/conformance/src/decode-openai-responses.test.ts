import type { FinishReason, Part } from "@millrace/parts";
import { decodeOpenaiResponses } from "@millrace/providers/openai-responses";
import { expect } from "vitest";
import { testRecordedAnswers } from "./recorded-answers.ts";

// Every recorded stream in the format of OpenAI's responses, whoever speaks it.

const ENDINGS: Record<string, FinishReason[]> = {
  completed: ["stop"],
  failed: ["error"],
};

testRecordedAnswers({
  title: "OpenAI responses",
  wire: "openai-responses",
  decode: decodeOpenaiResponses,
  frame: (payload) => {
    const { type } = JSON.parse(payload) as { type: string };
    return `event: ${type}\ndata: ${payload}\n\n`;
  },
  usage: (raw) => ({ input: raw["input_tokens"], output: raw["output_tokens"] }),
  endings(raw, { toolCalls, incompleteReason }) {
    if (incompleteReason !== undefined) return ["length"];
    if (raw === "completed" && toolCalls.length > 0) return ["tool-calls"];
    return ENDINGS[raw ?? ""] ?? [];
  },
  exceptions: {
    // The same error in an event of its own and in the response that failed is told once.
    "openai--responses-error.sse": {
      parts: (parts) =>
        parts.flatMap((part): Part[] => (part.type === "error" ? [part, part] : [part])),
    },
    // Its last event has no blank line behind it; the facts, keeping to the standard, lack it.
    "openai--responses-nofinish-noblankeof.sse": {
      expected: { finishReason: "completed", usage: { input_tokens: 10, output_tokens: 4 } },
    },
    // This tool is run by the caller, `execution` is `client`; the facts have it among the provider's.
    "openai--responses-servertools.chunks.jsonl": {
      parts: (parts) =>
        parts.map((part): Part => {
          if (part.type === "tool-call") return { ...part, providerExecuted: true };
          if (part.type !== "finish") return part;
          expect(part.finishReason.unified).toBe("tool-calls");
          return { ...part, finishReason: { unified: "stop", raw: "completed" } };
        }),
    },
    // Deltas were taken out by hand. The wholes tell the rest, each in a last delta.
    "openai--responses-text.chunks.jsonl": {
      parts: (parts) => parts.filter((_, index) => parts[index + 1]?.type !== "text-end"),
    },
  },
});
