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
}
