import type { FinishReason } from "@millrace/parts";
import { decodeOpenaiChat } from "@millrace/providers/openai-chat";
import { testRecordedAnswers } from "./recorded-answers.ts";

// Every recorded stream in the format of OpenAI's chat completions, whoever speaks it.

const ENDINGS: Record<string, FinishReason[]> = {
  stop: ["stop", "content-filter"],
  eos: ["stop"],
  length: ["length"],
  tool_calls: ["tool-calls"],
};

testRecordedAnswers({
  title: "OpenAI chat",
  wire: "openai-chat",
  decode: decodeOpenaiChat,
  frame: (payload) => `data: ${payload}\n\n`,
  usage: ({ prompt_tokens: prompt, total_tokens: total }) => ({
    input: prompt,
    // Whether reasoning is counted within the completion or beside it, the total has it.
    output: Number(total) - Number(prompt),
  }),
  endings(raw, { toolCalls, errors }) {
    if (raw === "stop" && toolCalls.length > 0) return ["stop", "tool-calls"];
    const without: FinishReason[] =
      errors.length > 0 ? ["error"] : ["interrupted", "other", "tool-calls"];
    return ENDINGS[raw ?? ""] ?? without;
  },
  exceptions: {
    // Ends with an `error:` field, which the facts, keeping to the standard, do not see.
    "gpustack--chat-reasoning-nofinish.sse": {
      parts: (parts) =>
        parts
          .filter(({ type }) => type !== "error")
          .map((part) =>
            part.type === "finish" && part.finishReason.unified === "error"
              ? { ...part, finishReason: { unified: "interrupted", raw: undefined } }
              : part,
          ),
    },
  },
});
