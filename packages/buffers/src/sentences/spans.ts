/** Reads what no sentence ends in, from behind its first unit. */
export interface Span {
  /** Reads on from `at`, and gives where it stopped: at the text's end if there is more to come. */
  read(text: string, at: number): number;
  /** How it ended, if it did. */
  outcome: number;
  /** So many units open it, and as many close it. */
  edge: number;
}

export const OPEN = 0;
export const CLOSED = 1;
/** A fenced block, closed: nothing more stands in its last line. */
export const BLOCK_CLOSED = 2;
/** It turned out to be none. */
const BROKEN = 3;
/** The same, at the second line end of a blank line. */
export const BLANK_LINE = 4;

const LINE_FEED = "\n";
const TILDE = "~";
const BLOCK_EDGE = 3;
const SPACE = /\s/;
const TAG_BEGINS = /[a-z/]/i;
const IN_TAG = /[\w:=/ \t-]/;
const QUOTE = /["']/;

/**
 * A code span or a fenced block of Markdown, of which the first `mark` has been read. At the
 * beginning of a line three of them open a block, unless they are closed in that line. A blank line
 * breaks a span.
 *
 * - **Source:** CommonMark, clauses 4.5 and 6.1.
 */
export function codeSpan(mark: string, mayBeBlock: boolean): Span {
  let opening = true; // only marks have been read
  let closing = 0; // so many marks have been read that may close it
  let blank = false; // nothing but space stands before them in their line
  let block = false; // its first line has ended

  function outcomeAt(unit: string): number {
    if (opening) {
      opening = false;
      if (mayBeBlock) mayBeBlock = span.edge >= BLOCK_EDGE;
      if (mark === TILDE && !mayBeBlock) return BROKEN;
    }
    if (block && blank && closing >= span.edge) return BLOCK_CLOSED;
    if (!block && closing === span.edge) return CLOSED;
    if (closing > 0) blank = false;
    closing = 0;
    if (unit === LINE_FEED) {
      if (blank && !block) return BLANK_LINE;
      blank = true;
      block = mayBeBlock;
    } else if (blank) blank = SPACE.test(unit);
    return OPEN;
  }

  const span: Span = {
    outcome: OPEN,
    edge: 1,
    read(text, from) {
      let at = from;
      for (; at < text.length; at++) {
        const unit = text[at]!;
        if (unit !== mark) span.outcome = outcomeAt(unit);
        else if (opening) span.edge++;
        else closing++;
        if (span.outcome !== OPEN) break;
      }
      return at;
    },
  };
  return span;
}

/** A tag as in `<break time="1.5s"/>`, whose `<` has been read. It stands in one line. */
export function tag(): Span {
  let last = ""; // the last unit read
  let quote = ""; // the attribute's value is in these
  const span: Span = {
    outcome: OPEN,
    edge: 1,
    read(text, from) {
      let at = from;
      for (; at < text.length; at++) {
        const unit = text[at]!;
        if (quote !== "") {
          if (unit === quote) quote = "";
          else if (unit === LINE_FEED) span.outcome = BROKEN;
        } else if (unit === ">" && last !== "") {
          span.outcome = CLOSED;
          return at + 1;
        } else if (last === "=" && QUOTE.test(unit)) quote = unit;
        else if (!(last === "" ? TAG_BEGINS : IN_TAG).test(unit)) span.outcome = BROKEN;
        if (span.outcome !== OPEN) break;
        last = unit;
      }
      return at;
    },
  };
  return span;
}
