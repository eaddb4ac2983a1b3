import { isSpace, skipSpace } from "../json/characters.ts";
import {
  BLANK,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  KINDS,
  NAME,
  NUMBER,
  OPEN_ARRAY,
  OPEN_OBJECT,
  STRING,
  VALUE,
} from "../json/kinds.ts";
import { unexpected, type Reader, type Repairs, type State } from "./reader.ts";
import { between } from "./structure.ts";
import { add, beginText, beginWord, escape, number, text, unicode, type Word } from "./tokens.ts";

const LINE_FEED = "\n";
const SINGLE_QUOTE = 0x27;
const STAR = 0x2a;
const SLASH = 0x2f;
const CAPITAL_I = 0x49;
const CAPITAL_N = 0x4e;
const BACKTICK = 0x60;

const SHORTEST_FENCE = 3;
const OPENING = /[[{]/g;
const OPENING_OR_LINE_FEED = /[[{\n]/g;
const LINE_END = /[\n\r]/g;

const NAN: Word = ["NaN", NaN];
const INFINITY: Word = ["Infinity", Infinity];
const MINUS_INFINITY: Word = ["Infinity", -Infinity];

/** What is put up with, though it is no JSON. Each is off unless set. */
export interface LenientJsonOptions {
  /** A code fence of three or more backticks round the document, and its info string. */
  fences?: boolean;
  /** Text before the first `{` or `[`, and behind the document: it is skipped. */
  prose?: boolean;
  /** As in JavaScript, in lines that end with CR or LF. Behind the document one may lack its end. */
  comments?: boolean;
  /** A comma before a closing bracket. */
  trailingCommas?: boolean;
  /** Strings and names in single quotes. */
  singleQuotes?: boolean;
  /** Backslashes that escape nothing: they stay, but for that of `\'`. */
  badEscapes?: boolean;
  /** Line ends, tabs and other control characters in strings. */
  controlCharacters?: boolean;
  /** `NaN`, `Infinity` and `-Infinity`. */
  nonFinite?: boolean;
  /** Hears of everything that was put up with, in order. */
  onRepair?: (repair: JsonRepair) => void;
}

/** Where a document is no JSON, and what was put up with there. */
export interface JsonRepair {
  readonly kind: Exclude<keyof LenientJsonOptions, "onRepair">;
  /** In UTF-16 units, from the start of the input. */
  readonly offset: number;
}

/** For `partialJson({ lenient })`. */
export type LenientJson = () => Repairs;

/**
 * What `partialJson` is to put up with, though it is no JSON. It is a function of its own so that
 * programs that want JSON do not carry it.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import { lenientJson, partialJson } from "@millrace/parsers";
 *
 * const lenient = lenientJson({ fences: true, trailingCommas: true });
 * run(partialJson({ lenient }), ["```json\n[1,]\n```"]); // => [{ value: [1], complete: true }]
 * ```
 */
export function lenientJson(options: LenientJsonOptions): LenientJson {
  return () => repairs(options);
}

/** For one document. */
function repairs(allowed: LenientJsonOptions): Repairs {
  let begun = 0; // the offset of the fence or the comment that is read
  let ticks = 0; // of the fence

  function report(kind: JsonRepair["kind"], offset: number): void {
    allowed.onRepair?.({ kind, offset });
  }

  /** `▸Sure: {"a": 1}` */
  function start(reader: Reader, chunk: string, at: number): number {
    const code = chunk.charCodeAt(at);
    if (isSpace(code)) return skipSpace(chunk, at + 1);
    reader.state = between;
    if (KINDS[code] === OPEN_OBJECT || KINDS[code] === OPEN_ARRAY) return at;
    return skipAround(reader, chunk, at) ?? at;
  }

  /** Skips what stands round the document, if it may. */
  function skipAround(reader: Reader, chunk: string, at: number): number | undefined {
    begun = reader.offset + at;
    if (allowed.fences && chunk.charCodeAt(at) === BACKTICK) {
      ticks = 0;
      reader.state = fence;
      return at;
    }
    return allowed.prose ? beginProse(reader, at) : undefined;
  }

  function beginProse(reader: Reader, at: number): number {
    report("prose", begun);
    reader.state = prose;
    return at;
  }

  /** `Su▸re: {"a": 1} That▸ is it.` */
  function prose(reader: Reader, chunk: string, at: number): number {
    if (reader.expected === BLANK) return chunk.length;
    const found = indexOf(OPENING, chunk, at);
    if (found < chunk.length) reader.state = between;
    return found;
  }

  /** At one of the backticks, or behind them. */
  function fence(reader: Reader, chunk: string, at: number): number {
    if (chunk.charCodeAt(at) === BACKTICK) {
      ticks++;
      if (ticks === SHORTEST_FENCE) report("fences", begun);
      return at + 1;
    }
    if (ticks >= SHORTEST_FENCE) reader.state = reader.expected === BLANK ? between : fenceInfo;
    else if (allowed.prose) return beginProse(reader, at);
    else return unexpected(reader, chunk, at);
    return at;
  }

  /** Behind the opening backticks. */
  function fenceInfo(reader: Reader, chunk: string, at: number): number {
    const found = indexOf(OPENING_OR_LINE_FEED, chunk, at);
    if (found < chunk.length) reader.state = between;
    return chunk[found] === LINE_FEED ? found + 1 : found;
  }

  /** `/▸/ one` */
  function slash(reader: Reader, chunk: string, at: number): number {
    const code = chunk.charCodeAt(at);
    if (code === SLASH) reader.state = lineComment;
    else if (code === STAR) reader.state = comment;
    else if (allowed.prose && reader.expected === BLANK) return beginProse(reader, at);
    else return unexpected(reader, chunk, at);
    report("comments", begun);
    return at + 1;
  }

  /** `// o▸ne` */
  function lineComment(reader: Reader, chunk: string, at: number): number {
    const found = indexOf(LINE_END, chunk, at);
    if (found < chunk.length) reader.state = between;
    return found;
  }

  /** Before the next star. */
  function comment(reader: Reader, chunk: string, at: number): number {
    const found = chunk.indexOf("*", at);
    if (found === -1) return chunk.length;
    reader.state = star;
    return found + 1;
  }

  /** Behind a star, which may end the comment. */
  function star(reader: Reader, chunk: string, at: number): number {
    const code = chunk.charCodeAt(at);
    if (code === SLASH) reader.state = between;
    else if (code !== STAR) reader.state = comment;
    return at + 1;
  }

  function repair(reader: Reader, chunk: string, at: number): number | undefined {
    const { state } = reader;
    if (state === between) return repairBetween(reader, chunk, at);
    if (state === text || state === escape || state === unicode) {
      return repairText(reader, chunk, at);
    }
    const isInfinity = chunk.charCodeAt(at) === CAPITAL_I;
    if (state === number && isInfinity && allowed.nonFinite && reader.fresh.length === 1) {
      reader.fresh.take();
      report("nonFinite", reader.offset + at - 1);
      return beginWord(reader, at, MINUS_INFINITY);
    }
    return undefined;
  }

  function repairBetween(reader: Reader, chunk: string, at: number): number | undefined {
    const { expected, objects } = reader;
    const code = chunk.charCodeAt(at);
    const offset = reader.offset + at;
    if (allowed.comments && code === SLASH) {
      begun = offset;
      reader.state = slash;
      return at + 1;
    }
    if (expected === BLANK) return skipAround(reader, chunk, at);
    if (allowed.singleQuotes && code === SINGLE_QUOTE && (expected & STRING) > 0) {
      report("singleQuotes", offset);
      return beginText(reader, chunk, at);
    }
    if (
      allowed.nonFinite &&
      (code === CAPITAL_N || code === CAPITAL_I) &&
      (expected & NUMBER) > 0
    ) {
      report("nonFinite", offset);
      return beginWord(reader, at, code === CAPITAL_N ? NAN : INFINITY);
    }
    const isBehindComma = expected === NAME || (expected === VALUE && objects.at(-1) === false);
    const bracket = expected === NAME ? CLOSE_OBJECT : CLOSE_ARRAY;
    if (allowed.trailingCommas && isBehindComma && KINDS[code] === bracket) {
      report("trailingCommas", offset);
      reader.expected = bracket;
      return at;
    }
    return undefined;
  }

  function repairText(reader: Reader, chunk: string, at: number): number | undefined {
    const { digits, quote, state } = reader;
    const isEscapedQuote = state === escape && chunk.charCodeAt(at) === SINGLE_QUOTE;
    if (!isEscapedQuote || quote !== SINGLE_QUOTE) {
      const kind = state === text ? "controlCharacters" : "badEscapes";
      if (allowed[kind] !== true) return undefined;
      report(kind, reader.offset + at);
    }
    reader.state = text;
    reader.digits = "";
    if (state === text || isEscapedQuote) {
      add(reader, chunk.charAt(at));
      return at + 1;
    }
    add(reader, state === unicode ? `\\u${digits}` : "\\");
    return at;
  }

  function end(state: State): boolean {
    const isCut = state === slash || (state === fence && ticks < SHORTEST_FENCE);
    if (isCut && allowed.prose) report("prose", begun);
    return !isCut || allowed.prose === true;
  }

  return { end, start: allowed.fences || allowed.prose ? start : between, repair };
}

/** Where one of the pattern's characters stands first, or the end. */
function indexOf(pattern: RegExp, chunk: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(chunk)?.index ?? chunk.length;
}
