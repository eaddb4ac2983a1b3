/**
 * What a language knows of its full stops, as words separated by spaces, in small letters and
 * without the last full stop. What is mostly followed by small letters (`etc.`, `usw.`, `p.m.`)
 * needs no entry: a small letter goes on with the sentence anyway.
 */
export interface Language {
  /** Its subtags in BCP 47. */
  readonly tags: string;
  /** Words that stand before a name or another word, and end no sentence. */
  readonly abbreviations: string;
  /**
   * Words that stand before a number, and may end a sentence otherwise. With a hyphen: all words
   * that end so.
   */
  readonly beforeNumbers: string;
  /** A number with a full stop is an ordinal, also before a capital: `am 3. Oktober`. */
  readonly ordinals?: boolean;
  /**
   * Words that begin sentences, and hardly a name: behind initials and ordinals, which end none
   * otherwise, they tell that one has ended. `in the U.S. The others`
   */
  readonly starters?: string;
  /** Words that begin clauses, before which a voice may pause. For languages with few commas. */
  readonly clauseWords?: string;
  /** The semicolon is a question mark. */
  readonly semicolonAsks?: boolean;
}
