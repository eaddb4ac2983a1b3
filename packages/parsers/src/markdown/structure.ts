import { CODE_INDENT, containerStack } from "./containers.ts";
import { fenceReader } from "./fence.ts";
import { htmlReader } from "./html.ts";
import { lineReader, type LineReader, type LineRules } from "./line-reader.ts";
import { listMarker } from "./list-marker.ts";
import type { BlockKind, Outline } from "./outline.ts";
import { paragraphReader } from "./paragraph.ts";
import { ruleReader } from "./rule.ts";
import type { TableRows } from "./table-rows.ts";
import {
  ASTERISK,
  BACKTICK,
  EQUALS,
  GREATER_THAN,
  HASH,
  HYPHEN,
  isBlank,
  isDigit,
  LESS_THAN,
  LINE_END,
  PLUS,
  TILDE,
  UNDERSCORE,
} from "./units.ts";
import { NO, YES } from "./verdict.ts";

export interface StructureRules extends LineRules {
  /** What finds tables, if there are to be any. */
  rows?: TableRows;
}

/** Reads a unit of a line while it is not known what the line is. */
type State = (unit: number, count: number) => void;
/** Reads the rest of the line. */
type Body = (text: string, from: number, to: number) => void;
type Leaf = "none" | "paragraph" | "table" | "fence" | "indented" | "html";

const MOST_HASHES = 6;

/** Finds the structure of blocks, as CommonMark has it, in text cut anywhere. */
export function blockStructure(rules: StructureRules, outline: Outline): LineReader {
  // What is open: containers, and a leaf in the innermost.
  const containers = containerStack();
  let leaf: Leaf = "none";
  const paragraph = paragraphReader(rules.maxLength, rules.rows);
  const fence = fenceReader();
  let fenceIndent = 0;
  const html = htmlReader();

  // The line that is being read.
  let state: State | undefined = lineBeginning; // while it is not known what it is
  let body: Body = ignore; // when it is
  let surplus = 0; // white space of a line of code that is taken for the fence's indentation
  let ownIndent = 0; // indented so far, the line is blank or belongs to the last top-level block
  const rule = ruleReader();
  const marker = listMarker();
  let hashes = 0;

  /** It is known what the line is: `reader` gets what is held of it, and the rest. */
  function settle(reader: Body): void {
    body = reader;
    state = rule.isOpen ? waiting : undefined;
  }

  /** For the end of a rule, which may still make the line something else. */
  function waiting(): void {
    if (!rule.isOpen) state = undefined;
  }

  // Blocks.

  function isInParagraph(): boolean {
    return leaf === "paragraph" && containers.isInside();
  }

  /** Closes what does not go on in this line, so that something may begin. */
  function makeRoom(): void {
    closeLeaf(true);
    containers.closeOthers();
  }

  function closeLeaf(isComplete: boolean): void {
    const closed = leaf;
    leaf = "none";
    if (closed === "fence") outline.closesFence?.(isComplete);
    if (closed === "paragraph") outline.closesParagraph?.(() => paragraph.isDefinitions());
  }

  function open(kind: BlockKind, opened: Leaf, mark?: number): void {
    makeRoom();
    outline.tells?.(kind, mark);
    leaf = opened;
  }

  function goOn(reader: Body): void {
    outline.tells?.();
    settle(reader);
  }

  // States: a line begins.

  function lineBeginning(unit: number, count: number): void {
    if (count === 1) ownIndent = findOwnIndent();
    const isContent = containers.read(unit, count);
    if (containers.matched > 0 || containers.indent() >= ownIndent) outline.tells?.();
    if (isContent) start(unit, count);
    else if (leaf === "fence" && containers.isInside() && containers.indent() >= CODE_INDENT) {
      settleCode();
    }
  }

  function findOwnIndent(): number {
    const isAlone = containers.isInside(); // none is open
    if (isAlone && (leaf === "fence" || leaf === "html")) return 0;
    const isLeafOwn = leaf === "paragraph" || (isAlone && leaf === "indented");
    return Math.min(containers.outerWidth(), isLeafOwn ? CODE_INDENT : Infinity);
  }

  /** `unit` is the first behind containers that go on, and white space: what has it to do with the leaf? */
  function start(unit: number, count: number): void {
    const isEmpty = unit === LINE_END;
    const isCode = containers.indent() >= CODE_INDENT;
    if (leaf === "fence" && !containers.isInside()) closeLeaf(true);
    if (leaf === "fence") {
      outline.tells?.();
      if (!isCode && fence.beginEnd(unit)) state = fenceEnd;
      else settleCode();
    } else if (containers.isInside() && leaf === "html" && !(isEmpty && html.endsWithBlank())) {
      html.beginLine();
      goOn(readHtml);
    } else if (containers.isInside() && leaf === "indented" && (isEmpty || isCode)) goOn(ignore);
    else if (isEmpty) {
      outline.tells?.();
      makeRoom();
    } else if (!isCode) startBlock(unit, count);
    else if (leaf === "paragraph") text();
    else {
      open("code", "indented");
      settle(ignore);
    }
  }

  function startBlock(unit: number, count: number): void {
    if (unit === GREATER_THAN) {
      open("quote", "none");
      containers.openQuote(count);
      state = lineBeginning;
    } else if (unit === HASH) {
      hashes = 1;
      state = heading;
    } else if (unit === BACKTICK || unit === TILDE) {
      fence.begin(unit);
      state = fenceStart;
    } else if (unit === LESS_THAN) {
      html.begin(leaf === "paragraph");
      state = htmlStart;
    } else if (unit === EQUALS && isInParagraph()) {
      outline.tells?.(); // it underlines a heading or is text
      startRule(unit);
    } else if (unit === HYPHEN || unit === ASTERISK || unit === UNDERSCORE) startRule(unit);
    else if (unit === PLUS || isDigit(unit)) startItem(unit);
    else text(unit);
  }

  /** A paragraph begins, or goes on; `first` is its first unit, if that is the one just read. */
  function text(first?: number): void {
    if (leaf === "table" && containers.isInside()) {
      goOn(ignore);
      return;
    }
    if (leaf !== "paragraph") {
      open("paragraph", "paragraph");
      paragraph.begin(first);
    }
    goOn(readParagraph); // also lazily, where containers are missing
  }

  // States: something may begin or end. Each reads on until it is known.

  function heading(unit: number): void {
    if (unit === HASH && hashes < MOST_HASHES) hashes++;
    else if (isBlank(unit) || unit === LINE_END) {
      open("heading", "none");
      settle(ignore);
    } else text();
  }

  function fenceStart(unit: number): void {
    const verdict = fence.read(unit);
    if (verdict === NO) text();
    else if (verdict === YES) {
      open("code", "fence");
      fenceIndent = containers.indent();
    }
    if (verdict !== NO && unit === LINE_END) settle(readInfo);
  }

  function fenceEnd(unit: number): void {
    const verdict = fence.readEnd(unit);
    if (verdict === YES) closeLeaf(true);
    else if (verdict === NO) settleCode();
  }

  function settleCode(): void {
    surplus = Math.min(fenceIndent, containers.indent());
    goOn(readCode);
  }

  function htmlStart(unit: number): void {
    const verdict = html.read(unit);
    if (verdict === NO) text();
    else if (verdict === YES) {
      open("html", "html");
      html.beginLine();
      settle(readHtml);
    }
  }

  function startRule(unit: number): void {
    if (!rule.isOpen) {
      rule.begin(unit, containers.matched, isInParagraph());
      outline.doubts?.();
    }
    if (unit === HYPHEN || unit === ASTERISK) startItem(unit);
    else text();
  }

  /** At the end of a line that a rule has filled, or not: then the line is what it has looked like. */
  function endRule(): boolean {
    rule.isOpen = false;
    if (rule.isUnderline() && !paragraph.isDefinitions()) {
      outline.corrects?.();
      become("heading", "none");
    } else if (rule.isBreak()) {
      containers.matched = rule.depth;
      makeRoom();
      outline.corrects?.("thematic-break");
    } else {
      outline.believes?.();
      return false;
    }
    body = ignore;
    return true;
  }

  function become(kind: BlockKind, opened: Leaf): void {
    leaf = opened;
    outline.becomes?.(kind);
  }

  function startItem(unit: number): void {
    if (marker.begin(unit, isInParagraph()) === NO) text();
    else state = itemMarker;
  }

  function itemMarker(unit: number, count: number): void {
    const verdict = marker.read(unit);
    if (verdict === NO) text();
    else if (verdict === YES) {
      if (!isInParagraph()) outline.tells?.("list", marker.mark);
      containers.passMarker(marker.width);
      state = itemIndent;
      itemIndent(unit, count);
    }
  }

  function itemIndent(unit: number, count: number): void {
    const isEmpty = unit === LINE_END;
    if (isEmpty && isInParagraph()) text();
    else if (!containers.skip(unit)) {
      open("list", "none", marker.mark);
      containers.openItem(isEmpty, count);
      if (!isEmpty) start(unit, count);
    }
  }

  // Bodies: the rest of a line.

  function ignore(): void {
    // It says nothing of the structure.
  }

  function readParagraph(line: string, from: number, to: number): void {
    paragraph.read(line, from, to);
  }

  function readInfo(line: string): void {
    outline.opensFence?.(fence.infoIn(line));
  }

  function readCode(line: string, from: number, to: number): void {
    outline.code?.(line.slice(from, to));
  }

  function readHtml(line: string, from: number, to: number): void {
    html.readLine(line.slice(from, to));
  }

  const reader = lineReader(rules, {
    read(unit, count) {
      if (rule.isOpen && unit === LINE_END && endRule()) return false;
      if (rule.isOpen && !rule.read(unit)) outline.believes?.();
      state!(unit, count);
      return state === undefined;
    },
    readHeld(line) {
      const content = containers.contentOf(line, surplus);
      body(content, 0, content.length);
    },
    readRest(chunk, from, to) {
      body(chunk, from, to);
    },
    endLine() {
      if (body === readCode) outline.code?.("\n");
      else if (body === readHtml && html.isEnded()) closeLeaf(true);
      else if (body === readParagraph && paragraph.endLine() && containers.isInside()) {
        become("table", "table");
      }
      outline.endsLine?.();
      containers.beginLine();
      state = lineBeginning;
      body = ignore;
      surplus = 0;
    },
    extendLine() {
      outline.endsLine?.();
    },
  });

  return {
    get position() {
      return reader.position;
    },
    push(chunk) {
      reader.push(chunk);
    },
    end() {
      reader.end();
      closeLeaf(false);
    },
  };
}
