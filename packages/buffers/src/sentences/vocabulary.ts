import type { Language } from "../languages/language.ts";

/** What a language's data says, ready to be asked. */
export interface Vocabulary {
  /** What stands before a full stop, in small letters, and may end no sentence. */
  entries: ReadonlyMap<string, "abbreviation" | "before-number">;
  /** The endings of words that stand before numbers. */
  endings: readonly string[];
  /** A number with a full stop is an ordinal. */
  ordinals: boolean;
  /** Words that begin sentences, in small letters. */
  starters: ReadonlySet<string>;
  /** Words that begin clauses, in small letters. */
  clauseWords: ReadonlySet<string>;
  /** A semicolon is a question mark. */
  semicolonAsks: boolean;
}

/** What all languages borrow from each other. */
const EVERYWHERE = "al cf dr e.g i.e mr mrs ms prof st vs";

const known = new WeakMap<Language, Vocabulary>();

/** Reads the data of a language once: that costs more than to split a few sentences. */
export function vocabularyOf(language: Language): Vocabulary {
  let vocabulary = known.get(language);
  if (vocabulary === undefined) known.set(language, (vocabulary = readVocabulary(language)));
  return vocabulary;
}

function readVocabulary(language: Language): Vocabulary {
  const { abbreviations, beforeNumbers, ordinals = false, semicolonAsks = false } = language;
  const entries = new Map<string, "abbreviation" | "before-number">();
  for (const word of beforeNumbers.split(" ")) entries.set(word, "before-number");
  for (const word of `${EVERYWHERE} ${abbreviations}`.split(" ")) entries.set(word, "abbreviation");
  return {
    entries,
    endings: beforeNumbers
      .split(" ")
      .flatMap((word) => (word.startsWith("-") ? word.slice(1) : [])),
    ordinals,
    starters: new Set(language.starters?.split(" ")),
    clauseWords: new Set(language.clauseWords?.split(" ")),
    semicolonAsks,
  };
}
