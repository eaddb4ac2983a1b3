import type { Usage } from "@millrace/parts";
import { count, known, type Wire } from "../shared/wire.ts";

/** The usage object of an interaction. */
export function interactionUsage(raw: Wire): Usage {
  const prompt = count(raw["total_input_tokens"]);
  const tools = count(raw["total_tool_use_tokens"]);
  const cacheRead = count(raw["total_cached_tokens"]);
  const output = count(raw["total_output_tokens"]);
  const reasoning = count(raw["total_thought_tokens"]);
  const input = sum(prompt, tools);
  // Thoughts are counted beside the output, unless the total says that they are within.
  const isWithin = sum(input, output) === raw["total_tokens"];
  const total = isWithin ? output : sum(output, reasoning);
  return {
    inputTokens: known({
      total: input,
      noCache: cacheRead === undefined ? undefined : Math.max(0, (input ?? 0) - cacheRead),
      cacheRead,
    }),
    outputTokens: known({
      total,
      text: reasoning === undefined ? undefined : Math.max(0, (total ?? 0) - reasoning),
      reasoning,
    }),
    raw,
  };
}

/** What several requests that made one answer used together; the raw object is the last one's. */
export function addUsage(one: Usage, other: Usage): Usage {
  const { inputTokens: input, outputTokens: output } = other;
  return {
    inputTokens: known({
      total: sum(one.inputTokens.total, input.total),
      noCache: sum(one.inputTokens.noCache, input.noCache),
      cacheRead: sum(one.inputTokens.cacheRead, input.cacheRead),
      cacheWrite: sum(one.inputTokens.cacheWrite, input.cacheWrite),
    }),
    outputTokens: known({
      total: sum(one.outputTokens.total, output.total),
      text: sum(one.outputTokens.text, output.text),
      reasoning: sum(one.outputTokens.reasoning, output.reasoning),
    }),
    raw: other.raw,
  };
}

function sum(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined && other === undefined ? undefined : (one ?? 0) + (other ?? 0);
}
