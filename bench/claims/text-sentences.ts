import { cases } from "../../packages/buffers/src/sentences/cases.fixture.ts";
import {
  byMillrace,
  bySbd,
  bySegmenter,
  bySentencex,
  bySentenceSplitter,
  isSplitRight,
  type Split,
} from "../contenders/sentences.ts";
import { ours, peer, platform, rowsOf, type Claim } from "./claim.ts";

const ENGLISH = Object.entries(cases).filter(([language]) => language === "en");
const OTHERS = Object.entries(cases).filter(([language]) => language !== "en");

const splitters = [
  ours<Split>("`sentences`", byMillrace()),
  peer<Split>("sentencex", bySentencex),
  peer<Split>("sentence-splitter", bySentenceSplitter),
  peer<Split>("sbd", bySbd),
  platform<Split>("`Intl.Segmenter`", bySegmenter),
  platform<Split>("`/(?<=[.!?])\\s+/`", (_, text) => text.split(/(?<=[.!?])\s+/)),
];

export const textSentences: Claim = {
  name: "sentences",
  head: [
    "library",
    `English texts right, of ${String(count(ENGLISH))}`,
    `in ${String(OTHERS.length)} other languages, of ${String(count(OTHERS))}`,
  ],
  rows: rowsOf(splitters, (split) =>
    [ENGLISH, OTHERS].map((texts) =>
      String(
        count(
          texts.map(([language, all]) => [
            language,
            all.filter((text) => isSplitRight(split, language, text)),
          ]),
        ),
      ),
    ),
  ),
};

function count(texts: readonly (readonly [language: string, all: readonly string[]])[]): number {
  return texts.reduce((sum, [, all]) => sum + all.length, 0);
}
