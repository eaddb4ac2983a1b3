import type { Usage } from "@millrace/parts";
import { count, known, type Wire } from "../shared/wire.ts";

/** The usage of a Converse answer, whose input tokens leave the cached ones out. */
export function converseUsage(raw: Wire): Usage {
  const noCache = count(raw["inputTokens"]);
  const cacheRead = count(raw["cacheReadInputTokens"] ?? raw["cacheReadInputTokenCount"]);
  const cacheWrite = count(raw["cacheWriteInputTokens"] ?? raw["cacheWriteInputTokenCount"]);
  const isSplit = cacheRead !== undefined || cacheWrite !== undefined;
  return {
    inputTokens: known({
      total: noCache === undefined ? undefined : noCache + (cacheRead ?? 0) + (cacheWrite ?? 0),
      noCache: isSplit ? noCache : undefined,
      cacheRead,
      cacheWrite,
    }),
    outputTokens: known({ total: count(raw["outputTokens"]) }),
    raw,
  };
}
