import type { Part } from "@millrace/parts";
import type { Facts } from "./judge-parts.ts";

/** Where something is in a stream. */
export interface Position {
  /** The byte behind it. */
  readonly at: number;
  /** Milliseconds since the beginning, where times are known. */
  readonly ms: number | undefined;
  /** The event that it is, or that came last; the first is 1. */
  readonly index: number;
}

/** One event with what it makes. */
export interface Row extends Position {
  /** What the wire calls it. */
  readonly name: string;
  /** What it says, where nobody makes parts of it. */
  readonly text: string;
  readonly parts: readonly Part[];
  /** It is nothing of an answer: a comment, a delay to heed. */
  readonly isAside: boolean;
}

export interface Defect extends Position {
  readonly what: string;
}

/** Nothing came for so long. */
export interface Gap extends Position {
  readonly milliseconds: number;
}

/** What a stream turned out to be. */
export interface Found {
  readonly framing: string;
  /** Undefined where no format that is known fits. */
  readonly format: string | undefined;
  /** It was not said, but guessed from what is there. */
  readonly isGuess: boolean;
}

/** Who hears of what is found, in the order of the stream. */
export interface Report {
  found(this: void, found: Found): void;
  row(this: void, row: Row): void;
  gap(this: void, gap: Gap): void;
  defect(this: void, defect: Defect): void;
}

export interface Summary extends Facts {
  readonly bytes: number;
  readonly events: number;
  readonly asides: number;
  readonly defects: number;
  /** What is no defect, but not expected either: how often each came. */
  readonly notes: ReadonlyMap<string, number>;
}
