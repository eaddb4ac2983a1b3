import type { BlockKind, Outline } from "./outline.ts";

/** What happens at top level, each thing said once, and when nothing can change it any more. */
export interface TopLevel {
  /** The line begins a block. */
  begins(kind: BlockKind): void;
  /** The line belongs to the last block, or is blank. */
  continues(): void;
  /** With the line that ends here the last block has become another one. */
  becomes(kind: BlockKind): void;
  /** The last block was a paragraph of nothing but link reference definitions. */
  defines(): void;
}

/** Those parts of an outline that tell of the top level. */
export function topLevel(hears: TopLevel): Outline {
  let last: BlockKind | undefined;
  let lastMark: number | undefined; // of the items, if it is a list
  // What the line does: it is known from the first word on, and said, if no doubt is left.
  let isKnown = false;
  let isSaid = false;
  let isDoubted = false;
  let kind: BlockKind | undefined;
  let mark: number | undefined;

  function say(): void {
    isSaid = true;
    if (kind === undefined || (kind === "list" && last === kind && mark === lastMark)) {
      hears.continues();
    } else {
      last = kind;
      lastMark = mark;
      hears.begins(kind);
    }
  }

  return {
    tells(told, toldMark) {
      if (isKnown) return;
      isKnown = true;
      kind = told;
      mark = toldMark;
      if (!isDoubted) say();
    },
    doubts() {
      isDoubted = true;
    },
    believes() {
      isDoubted = false;
      if (isKnown && !isSaid) say();
    },
    corrects(instead) {
      isKnown = true;
      kind = instead;
      if (!isSaid) say();
    },
    becomes(changed) {
      if (last !== "paragraph") return;
      last = changed;
      hears.becomes(changed);
    },
    closesParagraph(isDefinitions) {
      if (last === "paragraph" && isDefinitions()) hears.defines();
    },
    endsLine() {
      isKnown = isSaid = isDoubted = false;
    },
  };
}
