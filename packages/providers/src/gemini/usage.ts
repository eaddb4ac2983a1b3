import type { Usage } from "@millrace/parts";
import { count, known, type Wire } from "../shared/wire.ts";

/** `usageMetadata`; undefined where it counts nothing, as in chunks that only name the traffic. */
export function geminiUsage(raw: Wire): Usage | undefined {
  const prompt = count(raw["promptTokenCount"]);
  const tools = count(raw["toolUsePromptTokenCount"]);
  const cacheRead = count(raw["cachedContentTokenCount"]);
  const text = count(raw["candidatesTokenCount"]);
  const reasoning = count(raw["thoughtsTokenCount"]);
  const input = sum(prompt, tools);
  const output = sum(text, reasoning);
  if (input === undefined && output === undefined) return undefined;
  return {
    inputTokens: known({
      total: input,
      noCache: cacheRead === undefined ? undefined : Math.max(0, (input ?? 0) - cacheRead),
      cacheRead,
    }),
    outputTokens: known({
      total: output,
      text: reasoning === undefined ? undefined : text,
      reasoning,
    }),
    raw,
  };
}

function sum(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined && other === undefined ? undefined : (one ?? 0) + (other ?? 0);
}
