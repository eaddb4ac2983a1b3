import type { Metrics } from "@millrace/flow";
import type { FinishPart } from "@millrace/parts";
import { seconds } from "../quantities.ts";

export interface Ending {
  finish: FinishPart | undefined;
  provider: string;
}

/** The figures of an answer in one line. */
export function figuresLine(figures: Metrics, { finish, provider }: Ending): string {
  const { timeToFirstText, tokensPerSecond, tokensFrom, inputTokens, outputTokens } = figures;
  const unit = tokensFrom === "usage" ? "tokens/s" : "chunks/s";
  const tokens = [
    inputTokens === undefined ? [] : `${inputTokens} in`,
    outputTokens === undefined ? [] : `${outputTokens} out`,
  ].flat();
  return [
    `${provider}${figures.model === undefined ? "" : ` ${figures.model}`}`,
    timeToFirstText === undefined ? [] : `first token ${seconds(timeToFirstText)}`,
    tokensPerSecond === undefined ? [] : `${tokensPerSecond.toFixed(1)} ${unit}`,
    tokens.length === 0 ? [] : tokens.join(", "),
    finish?.finishReason.unified ?? "unfinished",
    seconds(figures.duration),
  ]
    .flat()
    .join(" · ");
}
