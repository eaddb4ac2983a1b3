export { lines, type LinesOptions } from "./lines.ts";
export { sentences, type SentencesOptions } from "./sentences.ts";
export { words, type WordsOptions } from "./words.ts";
