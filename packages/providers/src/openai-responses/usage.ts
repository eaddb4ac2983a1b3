import type { Usage } from "@millrace/parts";
import { count, fields, known, type Wire } from "../shared/wire.ts";

/** The usage object of a response: totals include what caches and reasoning had to do with. */
export function responsesUsage(raw: Wire): Usage {
  const details = fields(raw["input_tokens_details"]);
  const total = count(raw["input_tokens"]);
  const cacheRead = count(details["cached_tokens"]);
  const cacheWrite = count(details["cache_write_tokens"]);
  const isSplit = total !== undefined && (cacheRead !== undefined || cacheWrite !== undefined);

  const output = count(raw["output_tokens"]);
  const reasoning = count(fields(raw["output_tokens_details"])["reasoning_tokens"]);
  const isKnown = output !== undefined && reasoning !== undefined;
  return {
    inputTokens: known({
      total,
      noCache: isSplit ? Math.max(0, total - (cacheRead ?? 0) - (cacheWrite ?? 0)) : undefined,
      cacheRead,
      cacheWrite,
    }),
    outputTokens: known({
      total: output,
      text: isKnown ? Math.max(0, output - reasoning) : undefined,
      reasoning,
    }),
    raw,
  };
}

/** The reverse; null where nobody has counted. */
export function writtenResponsesUsage({ inputTokens, outputTokens }: Usage): object | null {
  const { total: input, cacheRead: cached_tokens, cacheWrite: cache_write_tokens } = inputTokens;
  const { total: output, reasoning: reasoning_tokens } = outputTokens;
  if (input === undefined && output === undefined) return null;
  return {
    input_tokens: input,
    input_tokens_details: { cached_tokens, cache_write_tokens },
    output_tokens: output,
    output_tokens_details: { reasoning_tokens },
    total_tokens: (input ?? 0) + (output ?? 0),
  };
}
