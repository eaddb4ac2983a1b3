import type { Usage } from "../usage.ts";

/**
 * The tokens of two requests together. Of what only one of them counts, that one's count. `raw` are the
 * objects of both, as a list.
 */
export function addUsage(left: Usage, right: Usage): Usage {
  const raw = [left.raw, right.raw].flat().filter((value) => value !== undefined);
  return {
    inputTokens: addCounts(left.inputTokens, right.inputTokens),
    outputTokens: addCounts(left.outputTokens, right.outputTokens),
    ...(raw.length > 0 && { raw: raw.length === 1 ? raw[0] : raw }),
  };
}

function addCounts<Counts extends Record<string, number | undefined>>(
  left: Counts,
  right: Counts,
): Counts {
  const sum: Record<string, number | undefined> = { ...left };
  for (const [key, count = 0] of Object.entries(right)) sum[key] = (sum[key] ?? 0) + count;
  return sum as Counts;
}
