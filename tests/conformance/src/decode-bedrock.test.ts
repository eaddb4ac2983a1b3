import { fuse, map, run, type Stage } from "@millrace/core";
import type { FinishReason, Part } from "@millrace/parts";
import { decodeAnthropic } from "@millrace/providers/anthropic";
import {
  decodeConverse,
  decodeEventStream,
  invokeModelEvents,
  type EventStreamFrame,
} from "@millrace/providers/bedrock";
import { expect } from "vitest";
import { testRecordedAnswers } from "./recorded-answers.ts";

// Every recorded event stream of Bedrock: Converse, and Anthropic's messages in InvokeModel's chunks.

const ENDINGS: Record<string, FinishReason[]> = {
  end_turn: ["stop"],
  tool_use: ["tool-calls"],
  max_tokens: ["length"],
  guardrail_intervened: ["content-filter"],
};

testRecordedAnswers({
  title: "Bedrock Converse",
  wire: "bedrock-converse",
  decode: () => fuse(map(unwrap), decodeConverse()),
  transports: { "aws-eventstream": frames },
  frame: (payload) => `data: ${payload}\n\n`,
  usage: (raw) => ({ input: raw["inputTokens"], output: raw["outputTokens"] }),
  endings: (raw) => ENDINGS[raw ?? ""] ?? [],
  exceptions: {},
});

testRecordedAnswers({
  title: "Bedrock InvokeModel, Anthropic",
  wire: "anthropic-messages",
  decode: (): Stage<object, Part> => fuse(invokeModelEvents(), decodeAnthropic()),
  transports: { "aws-eventstream": frames },
  framings: ["aws-eventstream"],
  frame: (payload) => payload,
  usage: (raw) => ({
    input:
      Number(raw["input_tokens"]) +
      Number(raw["cache_read_input_tokens"] ?? 0) +
      Number(raw["cache_creation_input_tokens"] ?? 0),
    output: raw["output_tokens"],
  }),
  endings: (raw) => ENDINGS[raw ?? ""] ?? [],
  check(parts) {
    const finish = parts.find((part) => part.type === "finish");
    expect(finish?.providerMetadata?.["anthropic"]).toHaveProperty(
      "amazon-bedrock-invocationMetrics",
    );
  },
  exceptions: {},
});

function frames(): Stage<Uint8Array | string, object> {
  return fuse(map(bytesAlone), decodeEventStream());
}

function bytesAlone(piece: Uint8Array | string): Uint8Array {
  return typeof piece === "string" ? new TextEncoder().encode(piece) : piece;
}

/**
 * Where the framing was not recorded, what is left are the SDK's objects. Nova, asked by InvokeModel,
 * answers as Converse does.
 */
function unwrap(unit: object): object {
  if ("data" in unit) return JSON.parse(unit.data as string) as object;
  const { headers } = unit as Partial<EventStreamFrame>;
  return headers?.[":event-type"] === "chunk"
    ? run(invokeModelEvents(), [unit as EventStreamFrame])[0]!
    : unit;
}
