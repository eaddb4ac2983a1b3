import type { FinishReason } from "@millrace/parts";
import { decodeMistral } from "@millrace/providers/mistral";
import { testRecordedAnswers } from "./recorded-answers.ts";

// Every recorded stream of Mistral's chat completions, by the profile that is Mistral's own.

const ENDINGS: Record<string, FinishReason[]> = {
  stop: ["stop"],
  length: ["length"],
  tool_calls: ["tool-calls"],
};

testRecordedAnswers({
  title: "Mistral",
  wire: "openai-chat",
  only: /^mistral--/,
  decode: decodeMistral,
  frame: (payload) => `data: ${payload}\n\n`,
  usage: ({ prompt_tokens: input, completion_tokens: output }) => ({ input, output }),
  endings: (raw) => ENDINGS[raw ?? ""] ?? [],
  exceptions: {},
});
