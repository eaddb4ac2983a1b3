import type { Rest } from "./rest.ts";
import { BACKSLASH, COLON, HYPHEN, isBlank, PIPE } from "./units.ts";

/**
 * How far a cell of a delimiter row is, by what came last. `:` and white space may be left out.
 *
 *     BLANK ─:─▶ OPENED ─-─▶ HYPHENS ─:, space─▶ CLOSED
 */
type DelimiterCell = number;

/** It is none: the row delimits nothing. */
const NONE = 0;
const BLANK = 1;
const OPENED = 2;
const HYPHENS = 3;
const CLOSED = 4;

/** Reads the lines of a paragraph as rows of a table: each may be a header. */
export interface TableRows {
  /** Another paragraph: no row stands above the next one. */
  restart(): void;
  readonly rest: Rest;
  /** Ends the row; gives whether it delimits the row above it, which then is the header of a table. */
  endRow(): boolean;
}

export function tableRows(): TableRows {
  let above = 0; // cells of the row above
  let pipes = 0; // that are not escaped
  let leading = 0; // 1 if a pipe begins the row
  let isCellBlank = true; // nothing but white space stands behind the last pipe
  let isEscaped = false; // by the last unit
  let delimiter: DelimiterCell = BLANK; // the last cell
  let hasColon = false; // a row of nothing but hyphens is the underline of a heading

  const rest: Rest = {
    readsAll: true, // until pieces without a pipe or a backslash change nothing
    read(text, from, to) {
      for (let at = from; at < to; at++) {
        const unit = text.charCodeAt(at);
        if (delimiter !== NONE) {
          delimiter = nextInDelimiter(delimiter, unit, pipes === 0);
          hasColon ||= unit === COLON;
        }
        if (unit === PIPE && !isEscaped) {
          if (isCellBlank && pipes === 0) leading = 1;
          pipes++;
          isCellBlank = true;
        } else {
          isEscaped = unit === BACKSLASH && !isEscaped;
          isCellBlank &&= isBlank(unit);
        }
      }
      rest.readsAll = isCellBlank || isEscaped || delimiter !== NONE;
    },
  };

  function begin(): void {
    pipes = leading = 0;
    isCellBlank = rest.readsAll = true;
    isEscaped = hasColon = false;
    delimiter = BLANK;
  }

  return {
    rest,
    restart() {
      above = 0;
      begin();
    },
    endRow() {
      const cells = pipes + 1 - leading - (isCellBlank ? 1 : 0);
      const isDelimiter = delimiter >= HYPHENS || delimiter === BLANK;
      const delimits = cells > 0 && cells === above && isDelimiter && (pipes > 0 || hasColon);
      above = cells;
      begin();
      return delimits;
    },
  };
}

function nextInDelimiter(cell: DelimiterCell, unit: number, isFirst: boolean): DelimiterCell {
  if (unit === PIPE) return cell >= HYPHENS || (cell === BLANK && isFirst) ? BLANK : NONE;
  if (unit === HYPHEN) return cell <= HYPHENS ? HYPHENS : NONE;
  if (unit === COLON) return cell === BLANK ? OPENED : cell === HYPHENS ? CLOSED : NONE;
  if (!isBlank(unit) || cell === OPENED) return NONE;
  return cell === BLANK ? BLANK : CLOSED;
}
