export { batches, type ItemBatchesOptions, type TextBatchesOptions } from "./batches.ts";
export { delimited, type DelimitedOptions } from "./delimited.ts";
export { graphemes, type GraphemesOptions } from "./graphemes.ts";
export { lines, type LinesOptions } from "./lines.ts";
export { paragraphs, type ParagraphsOptions } from "./paragraphs.ts";
export { sentences, type SentencesOptions } from "./sentences.ts";
export type { SentencesMode } from "./sentences/pace.ts";
export { speech, type SpeechOptions } from "./sentences/speech.ts";
export { words, type WordsOptions } from "./words.ts";
