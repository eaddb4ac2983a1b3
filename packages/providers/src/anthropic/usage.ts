import type { Usage } from "@millrace/parts";
import { count, fields, known, type Wire } from "../shared/wire.ts";

const MOST_FIELDS = 64; // no API has so many

/**
 * Totals so far: what a later event says replaces, what it leaves out or null stays. Only so many fields are
 * remembered: each event could bring another.
 */
export function mergeUsage(before: Wire, after: unknown): Wire {
  const said = Object.entries(fields(after)).filter(
    ([key, field]) => field !== null || !Object.hasOwn(before, key),
  );
  const all = Object.entries({ ...before, ...Object.fromEntries(said) });
  return Object.fromEntries(all.slice(0, MOST_FIELDS));
}

/** The usage object of a message; its `input_tokens` are those that no cache had to do with. */
export function anthropicUsage(raw: Wire): Usage {
  const noCache = count(raw["input_tokens"]);
  const cacheRead = count(raw["cache_read_input_tokens"]);
  const cacheWrite = count(raw["cache_creation_input_tokens"]);
  const isSplit = cacheRead !== undefined || cacheWrite !== undefined;
  const total = noCache === undefined ? undefined : noCache + (cacheRead ?? 0) + (cacheWrite ?? 0);

  const output = count(raw["output_tokens"]);
  const reasoning = count(fields(raw["output_tokens_details"])["thinking_tokens"]);
  const isKnown = output !== undefined && reasoning !== undefined;
  return {
    inputTokens: known({ total, noCache: isSplit ? noCache : undefined, cacheRead, cacheWrite }),
    outputTokens: known({
      total: output,
      text: isKnown ? Math.max(0, output - reasoning) : undefined,
      reasoning,
    }),
    raw,
  };
}

/** The reverse: of what nobody has counted, nothing. */
export function writtenAnthropicUsage({ inputTokens, outputTokens }: Usage): object {
  const { total, cacheRead, cacheWrite } = inputTokens;
  const { total: output, reasoning } = outputTokens;
  const noCache = total === undefined ? undefined : total - (cacheRead ?? 0) - (cacheWrite ?? 0);
  return known({
    input_tokens: noCache,
    cache_read_input_tokens: cacheRead,
    cache_creation_input_tokens: cacheWrite,
    output_tokens: output,
    output_tokens_details: reasoning === undefined ? undefined : { thinking_tokens: reasoning },
  });
}
