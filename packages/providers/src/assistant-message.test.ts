import { expect, test } from "vitest";
import type { Part } from "@millrace/parts";
import { assistantMessage } from "./index.ts";

const says = (id: string, delta: string, rest: object = {}): Part[] => [
  { type: "text-start", id, ...rest },
  { type: "text-delta", id, delta, ...rest },
  { type: "text-end", id, ...rest },
];

test("The message has texts, thoughts and whole calls, in the order of their starts", () => {
  const parts: Part[] = [
    { type: "reasoning-start", id: "r" },
    { type: "reasoning-delta", id: "r", delta: "hm" },
    { type: "reasoning-end", id: "r", signature: "s", providerMetadata: { p: { a: 1 } } },
    { type: "reasoning-start", id: "e", kind: "redacted" },
    { type: "reasoning-end", id: "e", encrypted: "x" },
    { type: "reasoning-start", id: "n" },
    { type: "reasoning-end", id: "n" },
    ...says("t", "Good"),
    { type: "tool-input-start", id: "c", toolName: "f" },
    { type: "tool-input-end", id: "c" },
    {
      type: "tool-call",
      toolCallId: "c",
      toolName: "f",
      input: "",
      inputState: "valid",
      providerMetadata: { p: { thoughtSignature: "q" } },
    },
    { type: "tool-call", toolCallId: "b", toolName: "f", input: "{", inputState: "truncated" },
    {
      type: "tool-call",
      toolCallId: "p",
      toolName: "search",
      input: "{}",
      inputState: "valid",
      providerExecuted: true,
    },
  ];
  expect(assistantMessage(parts, { provider: "p" }).content).toEqual([
    {
      type: "reasoning",
      text: "hm",
      provider: "p",
      signature: "s",
      providerMetadata: { p: { a: 1 } },
    },
    { type: "reasoning", text: "", provider: "p", encrypted: "x" },
    { type: "text", text: "Good" },
    {
      type: "tool-call",
      toolCallId: "c",
      toolName: "f",
      input: "",
      providerMetadata: { p: { thoughtSignature: "q" } },
    },
  ]);
});

test("Thoughts are those of the provider that thought them, also where another one went on", () => {
  const thinks = (id: string, encrypted: string): Part[] => [
    { type: "reasoning-start", id },
    { type: "reasoning-end", id, encrypted },
  ];
  const answers = (name: string): Part => ({
    type: "response-metadata",
    providerMetadata: { [name]: { requestId: "r" } },
  });
  const parts = [
    answers("a"),
    ...thinks("r", "x"),
    ...says("t", "Good"),
    { type: "response-metadata", modelId: "m" } as const,
    answers("b"),
    ...thinks("h2:r", "y"),
  ];
  const thinkers = (all: Part[], provider?: string) =>
    assistantMessage(all, { ...(provider && { provider }) }).content.flatMap((content) =>
      content.type === "reasoning" ? [content.provider] : [],
    );
  expect(thinkers(parts, "b")).toEqual(["a", "b"]);
  expect(thinkers(parts)).toEqual(["a", "b"]);
  expect(thinkers(thinks("r", "x"), "b")).toEqual(["b"]);
  expect(thinkers(thinks("r", "x"))).toEqual([undefined]);
});

test("What is void, refused, or of another choice is no part of it", () => {
  const parts: Part[] = [
    ...says("a", "void"),
    { type: "tool-input-start", id: "v", toolName: "f" },
    { type: "tool-input-end", id: "v" },
    { type: "tool-call", toolCallId: "v", toolName: "f", input: "", inputState: "valid" },
    { type: "reset", blocks: ["a", "v"] },
    { type: "text-start", id: "b", kind: "refusal" },
    { type: "text-delta", id: "b", delta: "No." },
    ...says("c", "first"),
    ...says("d", "second", { choice: 1 }),
  ];
  expect(assistantMessage(parts).content).toEqual([{ type: "text", text: "first" }]);
  expect(assistantMessage(parts, { choice: 1 }).content).toEqual([
    { type: "text", text: "second" },
  ]);
});
