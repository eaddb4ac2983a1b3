import { run } from "@millrace/core";
import type { Part } from "@millrace/parts";
import { expect, test } from "vitest";
import { clientParts } from "./client-parts.ts";

test("An answer goes to its client as it is", () => {
  const parts: Part[] = [
    { type: "reasoning-start", id: "r" },
    { type: "reasoning-delta", id: "r", delta: "water" },
    { type: "reasoning-end", id: "r" },
    { type: "text-start", id: "t" },
    { type: "text-delta", id: "t", delta: "mill" },
    { type: "text-end", id: "t" },
    { type: "tool-input-start", id: "c", toolName: "f" },
    { type: "tool-input-delta", id: "c", delta: "{}" },
    { type: "tool-input-end", id: "c" },
    { type: "tool-call", toolCallId: "c", toolName: "f", input: "{}", inputState: "valid" },
  ];
  expect(run(clientParts(), parts)).toEqual(parts);
});

test("What is between the service and its upstream stays there", () => {
  const providerMetadata = { openai: { requestId: "req_1" } };
  const parts: Part[] = [
    { type: "response-metadata", id: "req_1", providerMetadata },
    { type: "raw", rawValue: { secret: true } },
    { type: "text-delta", id: "t", delta: "mill", providerMetadata },
    { type: "reasoning-end", id: "r", signature: "s", encrypted: "e", providerMetadata },
    {
      type: "usage",
      usage: { inputTokens: { total: 1 }, outputTokens: {}, raw: { secret: true } },
    },
  ];
  expect(run(clientParts(), parts)).toEqual([
    { type: "text-delta", id: "t", delta: "mill" },
    { type: "reasoning-end", id: "r" },
    { type: "usage", usage: { inputTokens: { total: 1 }, outputTokens: {} } },
  ]);
});
