import {
  batches,
  delimited,
  graphemes,
  lines,
  paragraphs,
  sentences,
  words,
  type LinesOptions,
} from "@millrace/buffers";
import { english, german } from "@millrace/buffers/languages";
import { hostileText } from "../hostile.ts";
import { stageTarget, type AnyTarget } from "../target.ts";

const text = hostileText([
  ...[
    "a",
    "Ab",
    "1",
    "3.5",
    " ",
    "  ",
    "\n",
    "\r",
    "\r\n",
    "\n\n",
    ". ",
    "! ",
    "?",
    "…",
    "。",
    ",",
  ],
  ...["Dr. ", "e.g. ", "U.S. ", '"', "”", ")", "- ", "1. ", "aab", "ab"],
]);
const lossless = true as const;

function split(text: string, { cr = false }: LinesOptions): string[] {
  return text.match(cr ? /[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+/g : /[^\n]*\n|[^\n]+/g) ?? [];
}

export const bufferTargets: readonly AnyTarget[] = [
  ...[{}, { cr: true }].map((options) =>
    stageTarget(`lines ${JSON.stringify(options)}`, () => lines(options), text, {
      oracle: (whole) => split(whole, options),
      continuations: ["x", "\n", "\r", "\r\n"],
      lossless,
    }),
  ),
  stageTarget("words", () => words(), text, {
    oracle: (whole) => whole.match(/\s*\S+\s*|\s+/g) ?? [],
    continuations: ["a", " "],
    lossless,
  }),
  ...["ja", "th", "en"].map((locale) =>
    stageTarget(`words in ${locale}`, () => words({ locale }), text, { lossless }),
  ),
  ...[english, german].map((language, index) =>
    stageTarget(`sentences, language ${index + 1}`, () => sentences({ language }), text, {
      lossless,
    }),
  ),
  stageTarget("paragraphs", () => paragraphs(), text, { lossless }),
  stageTarget("paragraphs with lone CRs", () => paragraphs({ cr: true }), text, { lossless }),
  stageTarget("graphemes", () => graphemes(), text, {
    oracle: (whole) => Array.from(new Intl.Segmenter().segment(whole), ({ segment }) => segment),
    lossless,
  }),
  ...["\r\n", "aab", "😀"].map((delimiter) =>
    stageTarget(`delimited by ${JSON.stringify(delimiter)}`, () => delimited(delimiter), text, {
      oracle: (whole) => {
        const units = whole.split(delimiter);
        const last = units.pop()!;
        return [...units.map((unit) => unit + delimiter), ...(last === "" ? [] : [last])];
      },
      lossless,
    }),
  ),
  stageTarget("batches", () => batches({ characters: 5 }), text, {
    lossless,
  }),
];
