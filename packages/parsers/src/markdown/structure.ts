import { fenceReader } from "./fence.ts";
import { htmlReader } from "./html.ts";
import { lineReader, type LineReader, type LineRules } from "./line-reader.ts";
import { listMarker } from "./list-marker.ts";
import { openBlocks } from "./open-blocks.ts";
import type { Outline } from "./outline.ts";
import { ignored, type Rest } from "./rest.ts";
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
  isLetter,
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

/**
 * Reads a unit of a line while it is not known what the line is.
 *
 *     ┌─▶ lineBeginning ─▶ start ─┬─▶ heading, fenceStart, fenceEnd, htmlStart ─▶ known
 *     └──── behind a `>` ◀────────┤ ◀───────────────────────┐
 *                                 └─▶ itemMarker ─▶ itemIndent       known, in a rule: waiting
 */
type State = (unit: number, count: number) => void;

const MOST_HASHES = 6;

/** Finds the structure of blocks, as CommonMark has it, in text cut anywhere. */
export function blockStructure(rules: StructureRules, outline: Outline): LineReader {
  const blocks = openBlocks(outline, rules.maxLength, rules.rows);
  const { containers, paragraph } = blocks;
  const fence = fenceReader();
  let fenceIndent = 0;
  const html = htmlReader();

  // The line that is being read.
  const info: Rest = { read: (line) => outline.opensFence?.(fence.infoIn(line)), readsAll: true };
  const code: Rest = {
    read: (line, from, to) => outline.code?.(line.slice(from, to)),
    readsAll: true,
  };
  let state: State | undefined = lineBeginning; // while it is not known what it is
  let rest: Rest = ignored; // when it is
  let isText = false; // of a paragraph
  let fenceSpace = 0; // white space of a line of code that is taken for the fence's indentation
  let ownIndent = 0; // indented so far, the line is blank or belongs to the last top-level block
  const rule = ruleReader();
  const marker = listMarker();
  let hashes = 0;

  /** It is known what the line is: `reader` gets what is held of it, and the rest. */
  function settle(reader: Rest): void {
    rest = reader;
    state = rule.isOpen ? waiting : undefined;
  }

  /** For the end of a rule, which may still make the line something else. */
  function waiting(): void {
    if (!rule.isOpen) state = undefined;
  }

  function goOn(reader: Rest): void {
    outline.tells?.();
    settle(reader);
  }

  // States: a line begins.

  function lineBeginning(unit: number, count: number): void {
    if (count === 1) {
      // Most lines need no more than a look at a letter.
      if (isLetter(unit) && containers.isInside()) {
        if (blocks.leaf === "fence") settleCode();
        else if (blocks.leaf === "html") settleHtml();
        else text(unit);
        return;
      }
      ownIndent = blocks.ownIndent();
    }
    const isContent = containers.read(unit, count);
    if (containers.matched > 0 || containers.indent() >= ownIndent) outline.tells?.();
    if (isContent) start(unit, count);
    else if (blocks.leaf === "fence" && containers.isInside() && containers.isCode()) {
      settleCode();
    }
  }

  /** `unit` is the first behind white space and containers that go on: perhaps the leaf does too. */
  function start(unit: number, count: number): void {
    const isEmpty = unit === LINE_END;
    const isCode = containers.isCode();
    if (blocks.leaf === "fence" && !containers.isInside()) blocks.closeLeaf(true);
    if (blocks.leaf === "fence") {
      outline.tells?.();
      if (!isCode && fence.beginEnd(unit)) state = fenceEnd;
      else settleCode();
    } else if (
      containers.isInside() &&
      blocks.leaf === "html" &&
      !(isEmpty && html.endsWithBlank())
    ) {
      settleHtml();
    } else if (containers.isInside() && blocks.leaf === "indented" && (isEmpty || isCode))
      goOn(ignored);
    else if (isEmpty) {
      outline.tells?.();
      blocks.makeRoom();
    } else if (!isCode) startBlock(unit, count);
    else if (blocks.leaf === "paragraph") text();
    else {
      blocks.open("code", "indented");
      settle(ignored);
    }
  }

  function startBlock(unit: number, count: number): void {
    if (unit === GREATER_THAN) {
      blocks.open("quote", "none");
      containers.openQuote(count);
      state = lineBeginning;
    } else if (unit === HASH) {
      hashes = 1;
      state = heading;
    } else if (unit === BACKTICK || unit === TILDE) {
      fence.begin(unit);
      state = fenceStart;
    } else if (unit === LESS_THAN) {
      html.begin(blocks.leaf === "paragraph");
      state = htmlStart;
    } else if (unit === EQUALS && blocks.isInParagraph()) {
      outline.tells?.(); // it underlines a heading or is text
      startRule(unit);
    } else if (unit === HYPHEN || unit === ASTERISK || unit === UNDERSCORE) startRule(unit);
    else if (unit === PLUS || isDigit(unit)) startItem(unit);
    else text(unit);
  }

  /** A paragraph begins, or goes on; `first` is its first unit, if that is the one just read. */
  function text(first?: number): void {
    if (blocks.leaf === "table" && containers.isInside()) {
      goOn(ignored);
      return;
    }
    if (blocks.leaf !== "paragraph") {
      blocks.open("paragraph", "paragraph");
      paragraph.begin(first);
    }
    isText = true;
    goOn(paragraph.rest()); // also lazily, where containers are missing
  }

  // States: something may begin or end. Each reads on until it is known.

  function heading(unit: number): void {
    if (unit === HASH && hashes < MOST_HASHES) hashes++;
    else if (isBlank(unit) || unit === LINE_END) {
      blocks.open("heading", "none");
      settle(ignored);
    } else text();
  }

  function fenceStart(unit: number): void {
    const verdict = fence.read(unit);
    if (verdict === NO) text();
    else if (verdict === YES) {
      blocks.open("code", "fence");
      fenceIndent = containers.indent();
    }
    if (verdict !== NO && unit === LINE_END) settle(info);
  }

  function fenceEnd(unit: number): void {
    const verdict = fence.readEnd(unit);
    if (verdict === YES) blocks.closeLeaf(true);
    else if (verdict === NO) settleCode();
  }

  function settleCode(): void {
    fenceSpace = Math.min(fenceIndent, containers.indent());
    goOn(outline.code === undefined ? ignored : code);
  }

  function settleHtml(): void {
    html.beginLine();
    goOn(html.rest);
  }

  function htmlStart(unit: number): void {
    const verdict = html.read(unit);
    if (verdict === NO) text();
    else if (verdict === YES) {
      blocks.open("html", "html");
      settleHtml();
    }
  }

  function startRule(unit: number): void {
    if (!rule.isOpen) {
      rule.begin(unit, containers.matched, blocks.isInParagraph());
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
      blocks.become("heading", "none");
    } else if (rule.isBreak()) {
      containers.matched = rule.depth;
      blocks.makeRoom();
      outline.corrects?.("thematic-break");
    } else {
      outline.believes?.();
      return false;
    }
    rest = ignored;
    isText = false;
    return true;
  }

  function startItem(unit: number): void {
    if (marker.begin(unit, blocks.isInParagraph()) === NO) text();
    else state = itemMarker;
  }

  function itemMarker(unit: number, count: number): void {
    const verdict = marker.read(unit);
    if (verdict === NO) text();
    else if (verdict === YES) {
      if (!blocks.isInParagraph()) outline.tells?.("list", marker.mark);
      containers.passMarker(marker.width);
      state = itemIndent;
      itemIndent(unit, count);
    }
  }

  function itemIndent(unit: number, count: number): void {
    const isEmpty = unit === LINE_END;
    if (isEmpty && blocks.isInParagraph()) {
      containers.giveMarkerBack();
      text();
    } else if (!containers.skip(unit)) {
      blocks.open("list", "none", marker.mark);
      containers.openItem(isEmpty, count);
      if (!isEmpty) start(unit, count);
    }
  }

  return lineReader(rules, {
    read(unit, count) {
      if (rule.isOpen && unit === LINE_END && endRule()) return undefined;
      if (rule.isOpen && !rule.read(unit)) outline.believes?.();
      state!(unit, count);
      return state === undefined ? rest : undefined;
    },
    contentOf: (line) => containers.contentOf(line, fenceSpace),
    surplus: () => containers.surplus,
    endLine() {
      if (rest === code) outline.code?.("\n");
      else if (rest === html.rest && html.isEnded()) blocks.closeLeaf(true);
      else if (isText && paragraph.endLine() && containers.isInside() && !containers.isCode()) {
        blocks.become("table", "table");
      }
      containers.beginLine();
      state = lineBeginning;
      rest = ignored;
      isText = false;
      fenceSpace = 0;
    },
    passLineEnd: () => outline.endsLine?.(),
    end() {
      blocks.closeLeaf(false);
    },
  });
}
