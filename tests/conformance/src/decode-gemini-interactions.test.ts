import type { FinishReason } from "@millrace/parts";
import { decodeGeminiInteractions } from "@millrace/providers/gemini-interactions";
import { testRecordedAnswers } from "./recorded-answers.ts";

// Every recorded stream of Gemini's Interactions API.

const ENDINGS: Record<string, FinishReason[]> = {
  completed: ["stop"],
  requires_action: ["tool-calls"],
};

testRecordedAnswers({
  title: "Gemini Interactions",
  wire: "gemini-interactions",
  decode: decodeGeminiInteractions,
  frame: (payload) => `data: ${payload}\n\n`,
  usage: (raw) => ({
    input: Number(raw["total_input_tokens"]) + Number(raw["total_tool_use_tokens"]),
    output: Number(raw["total_output_tokens"]) + Number(raw["total_thought_tokens"]),
  }),
  endings: (raw) => ENDINGS[raw ?? ""] ?? [],
  exceptions: {},
});
