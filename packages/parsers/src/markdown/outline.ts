/** What a top-level block is, as far as its structure tells. */
export type BlockKind =
  | "paragraph"
  | "heading"
  | "code"
  | "list"
  | "quote"
  | "html"
  | "thematic-break"
  | "table";

/** Hears of the structure of a text, each thing with the unit that makes it certain. */
export interface Outline {
  /** `info` is as it stands behind the fence. */
  opensFence?(info: string): void;
  /** Code in a fence, its lines ended by LF. */
  code?(text: string): void;
  closesFence?(isComplete: boolean): void;

  /**
   * The line begins a top-level block of this kind, or else belongs to the last one. What is said
   * first of a line counts.
   *
   * @param mark what items of a list have in common
   */
  tells?(kind?: BlockKind, mark?: number): void;
  /** What is told of the line may turn out wrong, … */
  doubts?(): void;
  /** … has not, … */
  believes?(): void;
  /** … or has: this is true. */
  corrects?(kind?: BlockKind): void;
  /** With this line a paragraph, perhaps one at top level, has become something else. */
  becomes?(kind: BlockKind): void;
  closesParagraph?(isDefinitions: () => boolean): void;
  endsLine?(): void;
}
