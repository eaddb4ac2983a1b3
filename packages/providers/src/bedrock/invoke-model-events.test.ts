import { fuse, run } from "@millrace/core";
import { checkParts } from "@millrace/parts";
import { laws } from "@millrace/testing";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeAnthropic } from "../anthropic/index.ts";
import { brief } from "../brief.fixture.ts";
import { decodeConverse } from "./decode-converse.ts";
import { decodeEventStream } from "./decode-event-stream.ts";
import type { EventStreamFrame } from "./frame.ts";
import { eventBytes, eventFrame, exceptionFrame, join, text } from "./frames.fixture.ts";
import { invokeModelEvents } from "./invoke-model-events.ts";

const answer = [
  { type: "message_start", message: { id: "m", role: "assistant", model: "c", content: [] } },
  { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
  { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Grüße 🌊" } },
  { type: "content_block_stop", index: 0 },
  { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 1 } },
  { type: "message_stop", "amazon-bedrock-invocationMetrics": { outputTokenCount: 1 } },
];

function wrapped(event: unknown): object {
  const bytes = text(JSON.stringify(event));
  return { bytes: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")), p: "abc" };
}

describe("invokeModelEvents", () => {
  test("unwraps what the model's own decoder reads", () => {
    const known = run(decodeAnthropic(), answer);
    const bytes = join(...answer.map((event) => eventBytes("chunk", wrapped(event))));
    const decoder = fuse(decodeEventStream(), invokeModelEvents(), decodeAnthropic(), checkParts());
    expect(run(decoder, [bytes])).toEqual(known);
    const objects = answer.map((event) => ({ chunk: { bytes: text(JSON.stringify(event)) } }));
    expect(run(fuse(invokeModelEvents(), decodeAnthropic()), objects)).toEqual(known);
    expect(known.at(-1)).toMatchObject({
      providerMetadata: {
        anthropic: { "amazon-bedrock-invocationMetrics": { outputTokenCount: 1 } },
      },
    });
  });

  test("unwraps the events of Converse, too, which Nova has", () => {
    const events = [
      { contentBlockDelta: { contentBlockIndex: 0, delta: { text: "a" } } },
      { messageStop: { stopReason: "end_turn" } },
      { metadata: {}, "amazon-bedrock-invocationMetrics": { firstByteLatency: 5 } },
    ];
    const frames = events.map((event) => eventFrame("chunk", wrapped(event)));
    const parts = run(fuse(invokeModelEvents(), decodeConverse(), checkParts()), frames);
    expect(brief(parts)).toEqual(["text-0 (", "text-0 + a", "text-0 )", "finish stop end_turn"]);
    expect(parts.at(-1)).toMatchObject({
      providerMetadata: {
        bedrock: { "amazon-bedrock-invocationMetrics": { firstByteLatency: 5 } },
      },
    });
  });

  test("lets exceptions, and what it cannot unwrap, be told of by that decoder", () => {
    const sdkException: object = { internalServerException: { message: "m" } };
    const parts = run(fuse(invokeModelEvents(), decodeAnthropic(), checkParts()), [
      eventFrame("chunk", wrapped(answer[2])),
      eventFrame("chunk", { bytes: "?" }),
      eventFrame("chunk", { message: "m" }),
      eventFrame("chunk", "{"),
      eventFrame("newEvent", { a: 1 }),
      exceptionFrame("modelTimeoutException", { message: "late" }),
      sdkException,
    ]);
    expect(brief(parts)).toEqual([
      "text-0 (",
      "text-0 + Grüße 🌊",
      'custom anthropic.event {"bytes":"?"}',
      'custom anthropic.event {"message":"m"}',
      "error malformed-event An event is not JSON",
      'custom anthropic.newEvent {"a":1}',
      "error timeout late",
      'custom anthropic.event {"internalServerException":{"message":"m"}}',
      "text-0 )",
      "finish error",
    ]);
  });

  test("keeps the laws", async () => {
    const frame: fc.Arbitrary<EventStreamFrame> = fc.oneof(
      fc.jsonValue().map((event) => eventFrame("chunk", wrapped(event))),
      fc.string().map((bytes) => eventFrame("chunk", { bytes })),
      fc.string().map((payload) => exceptionFrame("x", payload)),
      fc.record({
        headers: fc.constant({}),
        payload: fc.uint8Array({ maxLength: 9 }),
      }),
    );
    await laws("invokeModelEvents", () => invokeModelEvents(), {
      input: fc.array(frame, { maxLength: 5 }),
      samples: [answer.map((event) => eventFrame("chunk", wrapped(event)))],
      hostile: [(length) => Array.from({ length }, () => eventFrame("chunk", wrapped(answer[2])))],
      runs: 60,
    });
  });
});
