import type { Candidate } from "./decide.ts";
import type { Vocabulary } from "./vocabulary.ts";

/**
 * Decides at which of the places a unit ends, where that is not at every sentence. All positions
 * count from the beginning of the input. It is told of the text and of the places in their order.
 */
export interface Pace {
  /** The first or next sentence begins at `at`, and what is before it is to be trimmed away. */
  begin(at: number): void;
  /**
   * Text has been read up to `to`, and all places in it have been told. From `from` on nothing in
   * it is a mark, a space or in a span. `text` begins at `offset`.
   */
  read(text: string, offset: number, from: number, to: number): void;
  /** The same, and space follows. */
  gap(text: string, offset: number, to: number): void;
  /** A sentence ends at `at`; its text without the space behind it ends at `end`. */
  sentence(at: number, end: number): void;
  /** No sentence ends at `at`, but a clause may, or a word. */
  place(at: number, end: number, candidate: Candidate, ahead: string): void;
}

export interface PaceRules {
  words: Vocabulary;
  maxLength: number;
}

/** How `sentences` cuts text, if not into sentences: what `speech` gives. */
export interface SentencesMode {
  /** For the stage: begins a run, in which `cut` ends a unit. */
  readonly start: (rules: PaceRules, cut: (at: number) => void) => Pace;
}
