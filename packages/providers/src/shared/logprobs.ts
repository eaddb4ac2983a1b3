import type { Logprob, TextDelta } from "@millrace/parts";
import { count, fields, list, text } from "./wire.ts";

/** The logprobs of a delta in the shape that OpenAI gave them; nothing if it has none. */
export function openaiLogprobs(
  items: unknown,
): Pick<TextDelta, "logprobs" | "providerMetadata"> | undefined {
  const logprobs = list(items).map((item) => {
    const topLogprobs = list(fields(item)["top_logprobs"]).map(openaiLogprob); // which have none of their own
    return { ...openaiLogprob(item), ...(topLogprobs.length > 0 && { topLogprobs }) };
  });
  return logprobs.length === 0 ? undefined : { logprobs };
}

function openaiLogprob(item: unknown): Logprob {
  const { token, logprob, bytes } = fields(item);
  return {
    token: text(token),
    logprob: count(logprob) ?? -Infinity,
    ...(isBytes(bytes) && { bytes }),
  };
}

function isBytes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((byte) => count(byte) !== undefined);
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
