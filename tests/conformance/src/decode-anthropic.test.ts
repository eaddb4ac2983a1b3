import type { FinishReason } from "@millrace/parts";
import { decodeAnthropic } from "@millrace/providers/anthropic";
import { testRecordedAnswers } from "./recorded-answers.ts";

// Every recorded stream in Anthropic's Messages format, as server-sent events; those that Bedrock
// wraps in its binary frames are read where the frames are.

const ENDINGS: Record<string, FinishReason[]> = {
  end_turn: ["stop"],
  stop_sequence: ["stop"],
  pause_turn: ["stop"],
  tool_use: ["tool-calls"],
  max_tokens: ["length"],
  refusal: ["content-filter"],
};

testRecordedAnswers({
  title: "Anthropic",
  wire: "anthropic-messages",
  decode: decodeAnthropic,
  frame: (payload) => {
    const { type } = JSON.parse(payload) as { type: string };
    return `event: ${type}\ndata: ${payload}\n\n`;
  },
  usage: (raw) => ({
    input:
      Number(raw["input_tokens"]) +
      Number(raw["cache_read_input_tokens"] ?? 0) +
      Number(raw["cache_creation_input_tokens"] ?? 0),
    output: raw["output_tokens"],
  }),
  endings: (raw) => ENDINGS[raw ?? ""] ?? [],
  exceptions: {},
});
