import { DEFAULT_MAX_LENGTH, holdText } from "@millrace/core/text";
import { isDefinitions } from "./definitions.ts";
import { ignored, type Rest } from "./rest.ts";
import type { TableRows } from "./table-rows.ts";
import { OPEN_BRACKET } from "./units.ts";

const NULL = /\0/g;
const REPLACEMENT = "\ufffd";
/** In some times as much, a regular expression overflows the engine's stack. */
const LONGEST_DEFINITIONS = DEFAULT_MAX_LENGTH;

/** The text of the paragraph that is open, as far as it tells what becomes of it. */
export interface Paragraph {
  /** One begins, with this unit if it is known. */
  begin(first?: number): void;
  /** What reads the rest of a line of it. */
  rest(): Rest;
  /** Ends a line; gives whether it and the one above begin a table. */
  endLine(): boolean;
  /** Whether it is, so far, nothing but link reference definitions. */
  readonly isDefinitions: () => boolean;
}

/** Definitions are looked for in paragraphs up to `maxLength`, tables if `rows` are read. */
export function paragraphReader(maxLength: number, rows?: TableRows): Paragraph {
  const longest = Math.min(maxLength, LONGEST_DEFINITIONS);
  const held = holdText(); // all of it, while it may be definitions
  let mayDefine = false;
  let defines = false; // all that was held when somebody asked was definitions, and nothing came since

  const rest: Rest = rows?.rest ?? ignored;
  const definitions: Rest = {
    read(text, from, to) {
      rest.read(text, from, to);
      mayDefine &&= held.length + to - from <= longest;
      if (mayDefine) held.add(text.slice(from, to));
    },
    readsAll: true,
  };

  return {
    begin(first) {
      held.take();
      mayDefine = first === OPEN_BRACKET;
      defines = false;
      rows?.restart();
    },
    rest() {
      return mayDefine ? definitions : rest;
    },
    endLine() {
      if (mayDefine) held.add("\n");
      else defines = false;
      return rows?.endRow() ?? false;
    },
    isDefinitions() {
      if (mayDefine) defines = isDefinitions(held.take().replace(NULL, REPLACEMENT));
      mayDefine = false;
      return defines;
    },
  };
}
