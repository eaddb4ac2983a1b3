import { CODE_INDENT, containerStack, type Containers } from "./containers.ts";
import type { BlockKind, Outline } from "./outline.ts";
import { paragraphReader, type Paragraph } from "./paragraph.ts";
import type { TableRows } from "./table-rows.ts";

/** What may be open in the innermost container, and go on with the next line. */
export type Leaf = "none" | "paragraph" | "table" | "fence" | "indented" | "html";

/** The blocks that are open: containers, and perhaps a leaf in the innermost. */
export interface OpenBlocks {
  readonly containers: Containers;
  readonly leaf: Leaf;
  /** The text of the paragraph, if the leaf is one. */
  readonly paragraph: Paragraph;
  /** A line indented so far is blank or belongs to the last top-level block. */
  ownIndent(): number;
  /** The line goes on with the paragraph, and not lazily. */
  isInParagraph(): boolean;
  /** Closes what does not go on in this line, so that something may begin. */
  makeRoom(): void;
  closeLeaf(isComplete: boolean): void;
  /** Begins a block where there is room for one. */
  open(kind: BlockKind, leaf: Leaf, mark?: number): void;
  /** The paragraph has become something else. */
  become(kind: BlockKind, leaf: Leaf): void;
}

export function openBlocks(
  outline: Outline,
  maxLength: number,
  rows: TableRows | undefined,
): OpenBlocks {
  const containers = containerStack();
  const paragraph = paragraphReader(maxLength, rows);

  function makeRoom(): void {
    closeLeaf(true);
    containers.closeOthers();
  }

  function closeLeaf(isComplete: boolean): void {
    const closed = self.leaf;
    self.leaf = "none";
    if (closed === "fence") outline.closesFence?.(isComplete);
    if (closed === "paragraph") outline.closesParagraph?.(paragraph.isDefinitions);
  }

  const self: OpenBlocks & { leaf: Leaf } = {
    leaf: "none",
    containers,
    paragraph,
    ownIndent() {
      const isAlone = containers.isInside(); // no container is open
      if (isAlone && (self.leaf === "fence" || self.leaf === "html")) return 0;
      const isLeafOwn = self.leaf === "paragraph" || (isAlone && self.leaf === "indented");
      return Math.min(containers.outerWidth(), isLeafOwn ? CODE_INDENT : Infinity);
    },
    isInParagraph: () => self.leaf === "paragraph" && containers.isInside(),
    makeRoom,
    closeLeaf,
    open(kind, opened, mark) {
      makeRoom();
      outline.tells?.(kind, mark);
      self.leaf = opened;
    },
    become(kind, changed) {
      self.leaf = changed;
      outline.becomes?.(kind);
    },
  };
  return self;
}
