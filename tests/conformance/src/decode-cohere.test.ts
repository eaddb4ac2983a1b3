import type { FinishReason } from "@millrace/parts";
import { decodeCohere } from "@millrace/providers/cohere";
import { expect } from "vitest";
import { testRecordedAnswers } from "./recorded-answers.ts";

// Every recorded stream of Cohere's /v2/chat.

const ENDINGS: Record<string, FinishReason[]> = {
  COMPLETE: ["stop"],
  MAX_TOKENS: ["length"],
  TOOL_CALL: ["tool-calls"],
  ERROR: ["error"],
};

testRecordedAnswers({
  title: "Cohere",
  wire: "cohere-v2",
  decode: decodeCohere,
  frame: (payload) => {
    const { type } = JSON.parse(payload) as { type: string };
    return `event: ${type}\ndata: ${payload}\n\n`;
  },
  usage(raw) {
    const tokens = raw["tokens"] as Record<string, unknown> | undefined;
    return { input: tokens?.["input_tokens"], output: tokens?.["output_tokens"] };
  },
  endings: (raw) => ENDINGS[raw ?? ""] ?? [],
  check(parts, { toolPlan = "" }) {
    const isPlan = (id: string): boolean =>
      parts.some(
        (part) => part.type === "reasoning-start" && part.id === id && part.kind === "plan",
      );
    const plan = parts
      .filter((part) => part.type === "reasoning-delta")
      .filter(({ id }) => isPlan(id));
    expect(plan.map(({ delta }) => delta).join("")).toBe(toolPlan);
  },
  exceptions: {},
});
