import type { Logprob } from "@millrace/parts";
import { count, fields, list, text, type Wire } from "../shared/wire.ts";

/** The logprobs of a candidate's tokens; undefined if it has none. */
export function geminiLogprobs(candidate: Wire): Logprob[] | undefined {
  if (!candidate["logprobsResult"]) return undefined;
  const { chosenCandidates, topCandidates } = fields(candidate["logprobsResult"]);
  const tops = list(topCandidates);
  const logprobs = list(chosenCandidates).map((chosen, index) => {
    const top = list(fields(tops[index])["candidates"]);
    return { ...logprobOf(chosen), ...(top.length > 0 && { topLogprobs: top.map(logprobOf) }) };
  });
  return logprobs.length > 0 ? logprobs : undefined;
}

function logprobOf(item: unknown): Logprob {
  const { token, logProbability } = fields(item);
  return { token: text(token), logprob: count(logProbability) ?? -Infinity };
}
