import { fuse, run, type Stage } from "@millrace/core";
import { checkParts, type FinishReason, type Part, type Usage } from "@millrace/parts";
import { decodeSse, encodeSse, type SseEvent, type SseMessage } from "@millrace/sse";
import type { Arbitrary } from "fast-check";
import { answers, type AnswerOptions } from "../../parts/src/answers.fixture.ts";

// What the encoders of all formats are held to.

/** Answers that a format can carry, some of which fail. What is told of the response comes first. */
export const carriable = (options?: AnswerOptions): Arbitrary<Part[]> =>
  answers({ resets: false, ...options }).map((parts) => [
    ...parts.filter(({ type }) => type === "response-metadata"),
    ...parts.filter(({ type }) => type !== "response-metadata"),
  ]);

/** What may still change what a first event says, for the law of promptness. */
export const LATE_FACTS: Part[] = [
  { type: "response-metadata", id: "late", modelId: "late", timestamp: new Date(9_000) },
  { type: "usage", usage: { inputTokens: { total: 7 }, outputTokens: { total: 8 } } },
  {
    type: "finish",
    finishReason: { unified: "stop", raw: undefined },
    usage: { inputTokens: { total: 7 }, outputTokens: { total: 8 } },
  },
];

/** What an answer says, of one choice. */
export interface Carried {
  text: string;
  refusal: string;
  reasoning: string;
  signatures: string[];
  calls: { id: string; toolName: string; input: string }[];
  logprobs: number[];
  finish: FinishReason | undefined;
}

/** What it says of all choices together. */
export interface CarriedStream {
  id: string | undefined;
  modelId: string | undefined;
  tokens: Omit<Usage, "raw">;
  errors: string[];
}

export function carriedOf(parts: readonly Part[]): { stream: CarriedStream; choices: Carried[] } {
  const stream: CarriedStream = {
    id: undefined,
    modelId: undefined,
    tokens: { inputTokens: {}, outputTokens: {} },
    errors: [],
  };
  const choices: Carried[] = [];
  const refusals = new Set<string>();
  const calls = new Map<string, Carried["calls"][number]>();
  for (const part of parts) {
    if (part.type === "raw") continue;
    const choice = (choices[part.choice ?? 0] ??= {
      text: "",
      refusal: "",
      reasoning: "",
      signatures: [],
      calls: [],
      logprobs: [],
      finish: undefined,
    });
    switch (part.type) {
      case "text-start":
        if (part.kind === "refusal") refusals.add(part.id);
        break;
      case "text-delta":
        choice[refusals.has(part.id) ? "refusal" : "text"] += part.delta;
        choice.logprobs.push(...(part.logprobs ?? []).map(({ logprob }) => logprob));
        break;
      case "reasoning-delta":
        choice.reasoning += part.delta;
        break;
      case "reasoning-end":
        if (part.signature !== undefined) choice.signatures.push(part.signature);
        break;
      case "tool-input-start": {
        const call = { id: part.id, toolName: part.toolName, input: "" };
        calls.set(part.id, call);
        choice.calls.push(call);
        break;
      }
      case "tool-call":
        calls.get(part.toolCallId)!.input = part.input || "{}"; // which is what none stands for
        break;
      case "response-metadata":
        stream.id ??= part.id;
        stream.modelId ??= part.modelId;
        break;
      case "usage":
        stream.tokens = {
          inputTokens: part.usage.inputTokens,
          outputTokens: part.usage.outputTokens,
        };
        break;
      case "error":
        stream.errors.push(part.error.kind);
        break;
      case "finish":
        choice.finish = part.finishReason.unified;
    }
  }
  return { stream, choices };
}

/** There and back, in the grammar. */
export function throughWire(
  encode: Stage<Part, string | SseMessage>,
  decode: Stage<SseEvent, Part>,
  parts: readonly Part[],
): Part[] {
  return run(fuse(encode, encodeSse(), decodeSse(), decode, checkParts()), parts);
}
