import type { Logprob, TextDelta } from "@millrace/parts";
import { count, fields, list, text } from "./wire.ts";

/** The logprobs of a delta in the shape that OpenAI gave them; nothing if it has none. */
export function openaiLogprobs(
  items: unknown,
): Pick<TextDelta, "logprobs" | "providerMetadata"> | undefined {
  const logprobs = list(items).map(openaiLogprob);
  return logprobs.length === 0 ? undefined : { logprobs };
}

function openaiLogprob(item: unknown): Logprob {
  const { token, logprob, bytes, top_logprobs: top } = fields(item);
  return {
    token: text(token),
    logprob: count(logprob) ?? -Infinity,
    ...(Array.isArray(bytes) && { bytes: bytes as number[] }),
    ...(list(top).length > 0 && { topLogprobs: list(top).map(openaiLogprob) }),
  };
}

const LOWEST = -9999; // what OpenAI writes for the least likely

/** The reverse. */
export function writtenLogprobs(logprobs: readonly Logprob[]): object[] {
  return logprobs.map(({ token, logprob, bytes, topLogprobs }) => ({
    token,
    logprob: Math.max(LOWEST, logprob),
    bytes: bytes ?? null,
    top_logprobs: writtenLogprobs(topLogprobs ?? []),
  }));
}
