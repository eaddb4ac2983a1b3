import { columns } from "../columns.ts";
import type { Paint } from "../paint.ts";
import { count, counted, seconds } from "../quantities.ts";
import { visible } from "../visible.ts";
import { describeUsage } from "./describe-part.ts";
import { FRAMINGS } from "./framings.ts";
import type { Defect, Found, Summary } from "./report.ts";

const MOST_DEFECTS = 50; // that are listed

export interface SummaryOf {
  file: string;
  found: Found | undefined;
  defects: readonly Defect[];
  summary: Summary;
}

/** What a stream comes to, in lines for the eye. */
export function summaryLines({ file, found, defects, summary }: SummaryOf, paint: Paint): string {
  const rows = [
    ["format", formatOf(found)],
    ["size", sizeOf(summary)],
    ["model", visible(summary.model ?? "")],
    ["answer", answerOf(summary)],
    ["finish", summary.finish?.unified ?? ""],
    ["tokens", summary.usage === undefined ? "" : describeUsage(summary.usage)],
    ["timing", timingOf(summary)],
    ["pace", paceOf(summary)],
    ["defects", summary.defects === 0 ? paint.green("none") : paint.red(count(summary.defects))],
  ].filter(([, said]) => said !== "") as [string, string][];
  const listed = defects.slice(0, MOST_DEFECTS).map((defect) => paint.red(`  x ${place(defect)}`));
  const more = summary.defects - listed.length;
  const notes = [...summary.notes].map(([what, times]) => {
    const often = times > 1 ? ` (${count(times)} times)` : "";
    return paint.yellow(`  - ${visible(what)}${often}`);
  });
  return [
    paint.bold(visible(file)),
    columns(rows),
    ...listed,
    ...(more > 0 ? [`    and ${count(more)} more`] : []),
    ...notes,
  ].join("\n");
}

function place({ at, index, what }: Defect): string {
  return `@${count(at)} #${count(index)}  ${visible(what)}`;
}

function formatOf(found: Found | undefined): string {
  if (found === undefined) return "";
  const framing = FRAMINGS[found.framing]?.title ?? found.framing;
  if (found.format === undefined) return `${framing}, no format that is known`;
  return `${framing}, ${found.format}${found.isGuess ? " (guessed)" : ""}`;
}

function sizeOf({ bytes, events, asides }: Summary): string {
  const beside = asides === 0 ? "" : `, ${counted(asides, "comment")}`;
  return `${counted(bytes, "byte")}, ${counted(events, "event")}${beside}`;
}

function answerOf({ parts, text, reasoning, calls }: Summary): string {
  if (parts === 0) return "";
  return [
    text === 0 ? [] : `${counted(text, "character")} of text`,
    reasoning === 0 ? [] : `${count(reasoning)} of reasoning`,
    calls === 0 ? [] : counted(calls, "tool call"),
  ]
    .flat()
    .join(", ");
}

function timingOf({ figures }: Summary): string {
  if (figures === undefined) return "";
  const { timeToFirstText, duration } = figures;
  const first =
    timeToFirstText === undefined ? "" : `, first text after ${seconds(timeToFirstText)}`;
  return `${seconds(duration)} in all${first}`;
}

function paceOf({ figures }: Summary): string {
  if (figures?.timePerChunk === undefined) return "";
  const { tokensPerSecond, tokensFrom, timePerChunk } = figures;
  const unit = tokensFrom === "usage" ? "tokens" : "chunks";
  const rate = tokensPerSecond === undefined ? "" : `${tokensPerSecond.toFixed(1)} ${unit}/s, `;
  const { p50, p99, max } = timePerChunk;
  return `${rate}a part every ${seconds(p50)}, 99% within ${seconds(p99)}, all ${seconds(max)}`;
}
