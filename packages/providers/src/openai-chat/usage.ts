import type { Usage } from "@millrace/parts";
import { count, fields, known, type Wire } from "../shared/wire.ts";

/** The usage object of a Chat chunk, with what this format's speakers put beside its fields. */
export function chatUsage(raw: Wire): Usage {
  const prompt = fields(raw["prompt_tokens_details"] ?? raw["prompt_token_details"]);
  const total = count(raw["prompt_tokens"]);
  const cacheRead =
    count(prompt["cached_tokens"]) ??
    count(raw["prompt_cache_hit_tokens"]) ?? // DeepSeek
    count(raw["num_cached_tokens"]) ?? // Mistral
    count(raw["cached_tokens"]); // Moonshot
  const cacheWrite = count(prompt["cache_write_tokens"]);
  const cached = (cacheRead ?? 0) + (cacheWrite ?? 0);
  const isSplit = cacheRead !== undefined || cacheWrite !== undefined;

  const reasoning =
    count(fields(raw["completion_tokens_details"])["reasoning_tokens"]) ??
    count(raw["reasoning_tokens"]);
  let completion = count(raw["completion_tokens"]);
  if (completion !== undefined && reasoning !== undefined && total !== undefined) {
    // xAI counts the reasoning beside the completion, everybody else within.
    if (raw["total_tokens"] === total + completion + reasoning) completion += reasoning;
  }
  return {
    inputTokens: known({
      total,
      noCache: isSplit ? difference(total, cached) : undefined,
      cacheRead,
      cacheWrite,
    }),
    outputTokens: known({
      total: completion,
      text: reasoning === undefined ? undefined : difference(completion, reasoning),
      reasoning,
    }),
    raw,
  };
}

/** Never negative: some servers' details exceed their totals. */
function difference(total: number | undefined, part: number): number | undefined {
  return total === undefined ? undefined : Math.max(0, total - part);
}

/** The reverse; undefined where nobody has counted. */
export function writtenChatUsage({ inputTokens, outputTokens }: Usage): object | undefined {
  const { total: input, cacheRead, cacheWrite } = inputTokens;
  const { total: output, reasoning } = outputTokens;
  if (input === undefined && output === undefined) return undefined;
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: (input ?? 0) + (output ?? 0),
    prompt_tokens_details: details({ cached_tokens: cacheRead, cache_write_tokens: cacheWrite }),
    completion_tokens_details: details({ reasoning_tokens: reasoning }),
  };
}

function details(counts: object): object | undefined {
  return Object.values(counts).some((count) => count !== undefined) ? counts : undefined;
}
