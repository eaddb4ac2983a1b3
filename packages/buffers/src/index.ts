export { lines, type LinesOptions } from "./lines.ts";
export { words, type WordsOptions } from "./words.ts";
