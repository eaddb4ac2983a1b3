import { nextInTag, type TagState } from "./lone-tag.ts";
import type { Rest } from "./rest.ts";
import { LINE_END } from "./units.ts";
import { NO, PENDING, YES, type Verdict } from "./verdict.ts";

// CommonMark's seven kinds of HTML block: a script and the like, a comment, an instruction, a
// declaration, CDATA, …
const RAW = 1;
const DECLARATION = 4;
/** … any other element of a block, … */
const BLOCK = 6;
/** … any tag alone in its line. These two end with a blank line. */
const LONE_TAG = 7;

const RAW_TAGS = " script pre textarea style ";
const BLOCK_TAGS =
  " address article aside base basefont blockquote body caption center col colgroup dd details dialog dir div dl dt fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr html iframe legend li link main menu menuitem nav noframes ol optgroup option p param search section summary table tbody td tfoot th thead title tr track ul ";
const OPENINGS: readonly (readonly [text: string, kind: number])[] = [
  ["<!--", 2],
  ["<?", 3],
  ["<![CDATA[", 5],
];
const DECLARATION_OPENING = /^<![a-z]/i;
const TAG = /^<(\/?)([a-z][a-z\d]*)(\/?>|\/|\s|)$/i;

const ENDS: readonly RegExp[] = [/<\/(?:script|pre|textarea|style)>/i, /-->/, /\?>/, />/, /\]\]>/];
const LONGEST_END = 11; // "</textarea>"

/** Reads the lines that begin and end HTML blocks. */
export interface Html {
  /** A `<` begins the line's content. A lone tag cannot interrupt a paragraph. */
  begin(interrupts: boolean): void;
  /** Reads on, to see whether a block begins. */
  read(unit: number): Verdict;
  endsWithBlank(): boolean;
  /** A line of the block begins. */
  beginLine(): void;
  readonly rest: Rest;
  /** The line has the mark that ends the block. */
  isEnded(): boolean;
}

export function htmlReader(): Html {
  let tag: string | undefined; // while it may begin one of the first six kinds
  let lone: TagState | undefined; // while it may be a lone tag
  let kind = 0; // of the block that is open
  let tail = ""; // of a line of it, as much as may begin an end
  let isEnded = false;

  function begins(found: number): Verdict {
    if (found > NO) kind = found;
    return found > NO ? YES : NO;
  }

  return {
    begin(interrupts) {
      tag = "<";
      lone = interrupts ? undefined : "opened";
    },
    read(unit) {
      const character = unit === LINE_END ? "\n" : String.fromCharCode(unit);
      if (tag !== undefined) {
        tag += character;
        const found = kindOf(tag);
        if (found > NO) return begins(found);
        if (found === NO) tag = undefined;
      }
      if (unit === LINE_END) return begins(lone === "closed" ? LONE_TAG : NO);
      lone &&= nextInTag(lone, character);
      return tag === undefined && lone === undefined ? NO : PENDING;
    },
    endsWithBlank: () => kind >= BLOCK,
    beginLine() {
      tail = "";
      isEnded = false;
    },
    rest: {
      read(text, from, to) {
        tail += text.slice(from, to);
        isEnded ||= ENDS[kind - 1]?.test(tail) ?? false;
        tail = tail.slice(1 - LONGEST_END);
      },
      readsAll: true,
    },
    isEnded: () => isEnded,
  };
}

/** By all that has come from `<` on, which of the first six kinds begins. */
function kindOf(tag: string): number {
  for (const [text, kind] of OPENINGS) {
    if (text.startsWith(tag)) return text === tag ? kind : PENDING;
  }
  if (DECLARATION_OPENING.test(tag)) return DECLARATION;
  const [, slash = "", name = "", end = ""] = TAG.exec(tag.toLowerCase()) ?? [];
  if (name === "") return tag === "</" ? PENDING : NO;
  const key = ` ${name}${end && " "}`; // the beginning of a name, or all of it
  const isRaw = slash === "" && !end.startsWith("/") && RAW_TAGS.includes(key);
  const isBlock = BLOCK_TAGS.includes(key);
  if (end === "") return isRaw || isBlock ? PENDING : NO;
  if (isRaw) return RAW;
  if (!isBlock) return NO;
  return end === "/" ? PENDING : BLOCK;
}
