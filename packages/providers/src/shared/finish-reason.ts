import type { FinishReason } from "@millrace/parts";

/** What a format's words for the end mean, the words in small letters. */
export type FinishReasons = Readonly<Record<string, FinishReason>>;

/** Words that nobody has heard of mean `other`. */
export function unifyFinishReason(meanings: FinishReasons, word: string): FinishReason {
  const key = word.toLowerCase();
  return Object.hasOwn(meanings, key) ? meanings[key]! : "other";
}

/** What an end means of which the provider has given no reason. */
export function endWithoutReason(done: boolean, failed: boolean): FinishReason {
  if (failed) return "error";
  return done ? "other" : "interrupted";
}

/** The reverse: the first word that has this meaning. */
export function finishWord(meanings: FinishReasons, unified: FinishReason): string | undefined {
  return Object.keys(meanings).find((word) => word !== "" && meanings[word] === unified);
}
