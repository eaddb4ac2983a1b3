import type { Rest } from "./rest.ts";
import { BACKSLASH, isBlank, isLineEnd, PIPE } from "./units.ts";

const ONLY_DELIMITERS = /^[-:| \t]*$/;
const DELIMITER_ROW = /^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?$/;
/** Without one of these it is the underline of a heading. */
const PIPE_OR_COLON = /[|:]/;

/** Reads the lines of a paragraph as rows of a table: each may be a header. */
export interface TableRows {
  /** Another paragraph: no row stands above the next one. */
  restart(): void;
  readonly read: Rest;
  /** Ends the row; gives whether it delimits the row above it, which then is the header of a table. */
  endRow(): boolean;
}

export function tableRows(): TableRows {
  let above = 0; // cells of the row above
  let pipes = 0; // that are not escaped
  let leading = 0; // 1 if a pipe begins the row
  let isCellBlank = true; // nothing but white space stands behind the last pipe
  let isEscaped = false; // by the last unit
  let delimiters: string | undefined = ""; // the row, as long as it may be a delimiter row

  function begin(): void {
    pipes = leading = 0;
    isCellBlank = true;
    isEscaped = false;
    delimiters = "";
  }

  return {
    restart() {
      above = 0;
      begin();
    },
    read(text, from) {
      let at = from;
      let blank = isCellBlank;
      let escaped = isEscaped;
      for (; at < text.length; at++) {
        const unit = text.charCodeAt(at);
        if (isLineEnd(unit)) break;
        if (unit === PIPE && !escaped) {
          if (blank && pipes === 0) leading = 1;
          pipes++;
          blank = true;
        } else {
          escaped = unit === BACKSLASH && !escaped;
          blank &&= isBlank(unit);
        }
      }
      isCellBlank = blank;
      isEscaped = escaped;
      if (delimiters !== undefined) {
        const piece = text.slice(from, at);
        delimiters = ONLY_DELIMITERS.test(piece) ? delimiters + piece : undefined;
      }
      return at;
    },
    endRow() {
      const cells = pipes + 1 - leading - (isCellBlank ? 1 : 0);
      const row = delimiters?.trim() ?? "";
      const isDelimiter =
        cells > 0 && cells === above && PIPE_OR_COLON.test(row) && DELIMITER_ROW.test(row);
      above = cells;
      begin();
      return isDelimiter;
    },
  };
}
