import type { Usage } from "@millrace/parts";
import { count, type Wire } from "../shared/wire.ts";

/** `usageMetadata`, which comes with every chunk; undefined where it counts nothing, as in chunks that only name the traffic. */
export function geminiUsage(raw: Wire): Usage | undefined {
  const prompt = count(raw["promptTokenCount"]);
  const tools = count(raw["toolUsePromptTokenCount"]);
  const cacheRead = count(raw["cachedContentTokenCount"]);
  const text = count(raw["candidatesTokenCount"]);
  const reasoning = count(raw["thoughtsTokenCount"]);
  const input = sum(prompt, tools);
  const output = sum(text, reasoning);
  if (input === undefined && output === undefined) return undefined;
  const usage: Usage = { inputTokens: {}, outputTokens: {}, raw };
  const { inputTokens, outputTokens } = usage;
  if (input !== undefined) inputTokens.total = input;
  if (cacheRead !== undefined) {
    inputTokens.noCache = Math.max(0, (input ?? 0) - cacheRead);
    inputTokens.cacheRead = cacheRead;
  }
  if (output !== undefined) outputTokens.total = output;
  if (reasoning !== undefined) {
    outputTokens.reasoning = reasoning;
    if (text !== undefined) outputTokens.text = text;
  }
  return usage;
}

function sum(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined && other === undefined ? undefined : (one ?? 0) + (other ?? 0);
}
