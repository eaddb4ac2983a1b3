import { sentences } from "@millrace/buffers";
import { languageOf } from "@millrace/buffers/languages";
import { run, type Stage } from "@millrace/core";

/** The sentences of a whole text in a language. */
export type Split = (language: string, text: string) => readonly string[];

/** Stands in texts wherever a sentence ends and another begins. */
export const BAR = "|";

/** Whether a text with bars is split where these stand. Space between sentences is nobody's mistake. */
export function isSplitRight(split: Split, language: string, text: string): boolean {
  return essence(split(language, unmarked(text))) === essence(text.split(BAR));
}

export function unmarked(text: string): string {
  return text.replaceAll(BAR, "");
}

export function byMillrace(): Split {
  const stages = new Map<string, Stage<string, string>>();
  return (language, text) => {
    const known = stages.get(language) ?? sentences({ language: languageOf(language) });
    stages.set(language, known);
    return run(known, [text]);
  };
}

export const bySegmenter: Split = (language, text) => {
  const segmenter = new Intl.Segmenter(language, { granularity: "sentence" });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
};

export const bySentencex = ({ segment }: { segment: Split }): Split => segment;

export const bySentenceSplitter =
  ({ split }: SentenceSplitter): Split =>
  (_, text) =>
    split(text).flatMap(({ type, raw }) => (type === "Sentence" ? [raw] : []));

export const bySbd =
  ({ default: sbd }: Sbd): Split =>
  (_, text) =>
    sbd.sentences(text, { newline_boundaries: true });

/** Sentences without the space, which some keep before, some behind, and some not at all. */
function essence(texts: readonly string[]): string {
  return texts.map((text) => text.replaceAll(/\s/g, "")).join(BAR);
}

interface SentenceSplitter {
  split: (text: string) => { type: string; raw: string }[];
}
interface Sbd {
  default: { sentences: (text: string, options: { newline_boundaries: boolean }) => string[] };
}
