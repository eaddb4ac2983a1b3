import type { Rest } from "./rest.ts";
import { BACKSLASH, COLON, HYPHEN, isBlank, PIPE } from "./units.ts";

const DELIMITER_ROW = /^\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?$/;
/** Without one of these it is the underline of a heading. */
const PIPE_OR_COLON = /[|:]/;

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
  let delimiters: string | undefined = ""; // the row, as long as it may be a delimiter row

  const rest: Rest = {
    readsAll: true, // until pieces without a pipe or a backslash change nothing
    read(text, from, to) {
      let mayDelimit = delimiters !== undefined;
      for (let at = from; at < to; at++) {
        const unit = text.charCodeAt(at);
        if (unit === PIPE && !isEscaped) {
          if (isCellBlank && pipes === 0) leading = 1;
          pipes++;
          isCellBlank = true;
        } else {
          isEscaped = unit === BACKSLASH && !isEscaped;
          isCellBlank &&= isBlank(unit);
        }
        mayDelimit &&= unit === HYPHEN || unit === COLON || unit === PIPE || isBlank(unit);
      }
      delimiters = mayDelimit ? `${delimiters}${text.slice(from, to)}` : undefined;
      rest.readsAll = isCellBlank || isEscaped || delimiters !== undefined;
    },
  };

  function begin(): void {
    pipes = leading = 0;
    isCellBlank = rest.readsAll = true;
    isEscaped = false;
    delimiters = "";
  }

  return {
    rest,
    restart() {
      above = 0;
      begin();
    },
    endRow() {
      const cells = pipes + 1 - leading - (isCellBlank ? 1 : 0);
      const isDelimiter = cells > 0 && cells === above && isDelimiterRow(delimiters);
      above = cells;
      begin();
      return isDelimiter;
    },
  };
}

function isDelimiterRow(delimiters = ""): boolean {
  const row = delimiters.trim();
  return row !== "" && PIPE_OR_COLON.test(row) && DELIMITER_ROW.test(row);
}
