import type { Logprob, TextDelta } from "@millrace/parts";
import { count, fields, list, text } from "../shared/wire.ts";

/** The logprobs of a delta; nothing if it has none. */
export function chatLogprobs(
  items: unknown,
): Pick<TextDelta, "logprobs" | "providerMetadata"> | undefined {
  const logprobs = list(items).map(chatLogprob);
  return logprobs.length === 0 ? undefined : { logprobs };
}

function chatLogprob(item: unknown): Logprob {
  const { token, logprob, bytes, top_logprobs: top } = fields(item);
  return {
    token: text(token),
    logprob: count(logprob) ?? -Infinity,
    ...(Array.isArray(bytes) && { bytes: bytes as number[] }),
    ...(list(top).length > 0 && { topLogprobs: list(top).map(chatLogprob) }),
  };
}
