import type { Usage } from "@millrace/parts";
import { count, either, fields, known, type Wire } from "../shared/wire.ts";

/** The usage object at the end of an answer: `tokens` are counted, `billed_units` charged. */
export function cohereUsage(raw: Wire): Usage {
  const tokens = fields(raw["tokens"]);
  const input = count(either(tokens, "input_tokens"));
  const output = count(either(tokens, "output_tokens"));
  const cacheRead = count(either(raw, "cached_tokens"));
  const reasoning = count(either(tokens, "reasoning_tokens"));
  return {
    inputTokens: known({
      total: input,
      noCache: cacheRead === undefined ? undefined : Math.max(0, (input ?? 0) - cacheRead),
      cacheRead,
    }),
    outputTokens: known({
      total: output,
      text: reasoning === undefined ? undefined : Math.max(0, (output ?? 0) - reasoning),
      reasoning,
    }),
    raw,
  };
}
