import { GREATER_THAN, isBlank, LINE_END, TAB } from "./units.ts";

/** So much white space makes code of what follows. */
export const CODE_INDENT = 4;
/** The same behind the marker of an item, where one column belongs to the marker. */
const CODE_INDENT_IN_ITEM = 5;
const TAB_WIDTH = 4;
const QUOTE = 0; // among containers, where an item of a list is the width of its indentation

/**
 * The open block quotes and items of lists, the outermost first, and what a line has to do with
 * them: it goes on with some of the first, and may open others behind those.
 */
export interface Containers {
  /** So many go on in this line, or begin in it. */
  matched: number;
  beginLine(): void;
  /**
   * Reads white space, and the marks of quotes that go on. Gives whether `unit` is none of these,
   * but what the containers hold, or what stands where the next one is missing.
   *
   * @param count of the line's units, this one included
   */
  read(unit: number, count: number): boolean;
  /** All that are open go on. */
  isInside(): boolean;
  /** The columns of white space between the containers and the next unit. */
  indent(): number;
  /** There are so many of them that what follows is code, unless it goes on with a paragraph. */
  isCode(): boolean;
  /** So far indented, a line goes on with the outermost container. */
  outerWidth(): number;
  /** Closes those that do not go on. */
  closeOthers(): void;
  openQuote(count: number): void;
  /** Reads white space behind a marker, and gives whether it is some. */
  skip(unit: number): boolean;
  /** The marker of an item, so many units wide, has been read. */
  passMarker(width: number): void;
  /** The marker that was passed is text, and belongs to what the containers hold. */
  giveMarkerBack(): void;
  /** Opens that item, at the first unit behind the white space or at the end of the line. */
  openItem(isEmpty: boolean, count: number): void;
  /** What the containers hold of a line, without so many columns of white space at its beginning. */
  contentOf(line: string, indent: number): string;
  /** So many units more than the line that has, for a tab of which several columns are left. */
  surplus: number;
}

export function containerStack(): Containers {
  const widths: number[] = [];
  let lastQuote = -1;
  let isHollow = false; // the innermost one is an item with nothing in it

  let next = 0; // the column of the next unit, if it stands in white space
  let column = 0; // where what the containers hold begins
  let begin = 0; // the units up to their last mark
  let beginColumn = 0; // the column behind that
  let isBehindQuoteMark = false;
  let itemIndent = 0; // the columns up to an item's marker, and of it
  let markerColumn = 0; // `column` ahead of that marker

  /** One step for each item would not be linear where lists are deep. */
  function matchBlank(): void {
    const before = self.matched;
    if (lastQuote >= before) self.matched = widths.indexOf(QUOTE, before);
    else self.matched = Math.max(before, widths.length - (isHollow ? 1 : 0));
    if (self.matched > before) column = next;
  }

  function passQuoteMark(count: number): void {
    self.matched++;
    begin = count;
    column = beginColumn = ++next;
    isBehindQuoteMark = true;
  }

  /**
   * What is left of a text at column `beginColumn` that begins with white space, when all before
   * column `to` is taken from it. Of a tab that reaches beyond, the columns beyond are left, as spaces.
   */
  function textBeyond(text: string, to: number): string {
    let at = 0;
    let reached = beginColumn;
    while (reached < to) reached = columnAfter(text.charCodeAt(at++), reached);
    const spaces = reached - to;
    self.surplus = Math.max(spaces - 1, 0);
    return " ".repeat(spaces) + text.slice(at);
  }

  const self: Containers = {
    matched: 0,
    beginLine() {
      self.matched = next = column = begin = beginColumn = 0;
      isBehindQuoteMark = false;
    },
    read(unit, count) {
      if (isBlank(unit)) {
        if (isBehindQuoteMark) column++; // one column belongs to the mark
        isBehindQuoteMark = false;
        next = columnAfter(unit, next);
        return false;
      }
      isBehindQuoteMark = false;
      if (unit === LINE_END) {
        matchBlank();
        return true;
      }
      for (; !self.isInside(); self.matched++) {
        const width = widths[self.matched]!;
        if (width === QUOTE) {
          if (unit !== GREATER_THAN || self.isCode()) break;
          passQuoteMark(count);
          return false;
        }
        if (self.indent() < width) break;
        column += width;
      }
      return true;
    },
    isInside: () => self.matched === widths.length,
    indent: () => next - column,
    isCode: () => self.indent() >= CODE_INDENT,
    outerWidth: () => widths[0] || Infinity,
    closeOthers() {
      isHollow = false;
      if (self.isInside()) return;
      widths.length = self.matched;
      if (lastQuote >= self.matched) lastQuote = widths.lastIndexOf(QUOTE);
    },
    openQuote(count) {
      lastQuote = self.matched;
      widths.push(QUOTE);
      passQuoteMark(count);
    },
    skip(unit) {
      if (!isBlank(unit)) return false;
      next = columnAfter(unit, next);
      return true;
    },
    passMarker(width) {
      itemIndent = self.indent() + width;
      markerColumn = column;
      column = next += width;
    },
    giveMarkerBack() {
      column = markerColumn;
    },
    openItem(isEmpty, count) {
      const space = self.indent();
      const taken = isEmpty || space >= CODE_INDENT_IN_ITEM ? 1 : space;
      self.matched = widths.push(itemIndent + taken);
      isHollow = isEmpty;
      column += taken;
      begin = count - 1;
      beginColumn = next;
    },
    contentOf(line, indent) {
      self.surplus = 0;
      return column + indent === 0 ? line : textBeyond(line.slice(begin), column + indent);
    },
    surplus: 0,
  };
  return self;
}

/** The column behind a space or a tab at `column`. */
function columnAfter(unit: number, column: number): number {
  return unit === TAB ? column + TAB_WIDTH - (column % TAB_WIDTH) : column + 1;
}
