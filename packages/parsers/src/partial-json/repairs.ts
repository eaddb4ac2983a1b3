import {
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  isSpace,
  OPEN_ARRAY,
  OPEN_OBJECT,
  skipSpace,
} from "../json/characters.ts";
import { refuse, type Grammar, type Reader, type State } from "./reader.ts";
import { close, firstItem, firstName, nextItem, nextName, value } from "./structure.ts";
import {
  add,
  beginText,
  beginWord,
  escape,
  number,
  spelling,
  text,
  unicode,
  type Word,
} from "./tokens.ts";

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
export interface JsonLeniency {
  /** A code fence of three or more backticks round the document, and its info string. */
  fences?: boolean;
  /** Text before the first `{` or `[`, and behind the document: it is skipped. */
  prose?: boolean;
  /** As in JavaScript. */
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
}

/** Where a document is no JSON, and what was put up with there. */
export interface JsonRepair {
  readonly kind: keyof JsonLeniency;
  /** In UTF-16 units, from the start of the input. */
  readonly offset: number;
}

/** The grammar of JSON with what is allowed besides. It is for one document. */
export function lenientGrammar(
  allowed: JsonLeniency,
  onRepair: ((repair: JsonRepair) => void) | undefined,
): Grammar {
  let begun = 0; // the offset of the fence or the comment that is read
  let ticks = 0; // of the fence
  let behind: State = value; // what follows the fence or the comment

  function report(kind: keyof JsonLeniency, offset: number): void {
    onRepair?.({ kind, offset });
  }

  /** `▸Sure: {"a": 1}` */
  function start(reader: Reader, chunk: string, at: number): number {
    const code = chunk.charCodeAt(at);
    if (isSpace(code)) return skipSpace(chunk, at + 1);
    if (code === BACKTICK && allowed.fences) return beginFence(reader, at, fenceInfo);
    reader.state = value;
    if (allowed.prose && code !== OPEN_OBJECT && code !== OPEN_ARRAY) {
      report("prose", reader.offset + at);
      reader.state = prose;
    }
    return at;
  }

  /** `Su▸re: {"a": 1}` */
  function prose(reader: Reader, chunk: string, at: number): number {
    const found = indexOf(OPENING, chunk, at);
    if (found < chunk.length) reader.state = value;
    return found;
  }

  function beginFence(reader: Reader, at: number, next: State): number {
    begun = reader.offset + at;
    ticks = 0;
    behind = next;
    reader.state = fence;
    return at;
  }

  /** At one of the backticks, or behind them. */
  function fence(reader: Reader, chunk: string, at: number): number {
    if (chunk.charCodeAt(at) === BACKTICK) {
      ticks++;
      if (ticks === SHORTEST_FENCE) report("fences", begun);
      return at + 1;
    }
    if (ticks >= SHORTEST_FENCE) reader.state = behind;
    else if (allowed.prose) {
      report("prose", begun);
      reader.state = reader.whole ? epilogue : prose;
    } else refuse(reader, chunk, at);
    return at;
  }

  /** Behind the opening backticks. */
  function fenceInfo(reader: Reader, chunk: string, at: number): number {
    const found = indexOf(OPENING_OR_LINE_FEED, chunk, at);
    if (found < chunk.length) reader.state = value;
    return chunk[found] === LINE_FEED ? found + 1 : found;
  }

  /** `{"a": 1}▸ That is it.` */
  function ending(reader: Reader, chunk: string, at: number): number {
    const code = chunk.charCodeAt(at);
    if (isSpace(code)) return skipSpace(chunk, at + 1);
    if (code === BACKTICK && allowed.fences) return beginFence(reader, at, ending);
    if (code === SLASH && allowed.comments) return beginComment(reader, at);
    if (!allowed.prose) return refuse(reader, chunk, at);
    report("prose", reader.offset + at);
    reader.state = epilogue;
    return at;
  }

  /** `{"a": 1} That▸ is it.` */
  function epilogue(_reader: Reader, chunk: string): number {
    return chunk.length;
  }

  function beginComment(reader: Reader, at: number): number {
    begun = reader.offset + at;
    behind = reader.state;
    reader.state = slash;
    return at + 1;
  }

  /** `/▸/ one` */
  function slash(reader: Reader, chunk: string, at: number): number {
    const code = chunk.charCodeAt(at);
    if (code === SLASH) reader.state = lineComment;
    else if (code === STAR) reader.state = comment;
    else refuse(reader, chunk, at);
    report("comments", begun);
    return at + 1;
  }

  /** `// o▸ne` */
  function lineComment(reader: Reader, chunk: string, at: number): number {
    const found = indexOf(LINE_END, chunk, at);
    if (found < chunk.length) reader.state = behind;
    return found;
  }

  /** Between `/*` and the next `*`. */
  function comment(reader: Reader, chunk: string, at: number): number {
    const found = chunk.indexOf("*", at);
    if (found === -1) return chunk.length;
    reader.state = star;
    return found + 1;
  }

  /** Behind a `*`, which may end the comment. */
  function star(reader: Reader, chunk: string, at: number): number {
    const code = chunk.charCodeAt(at);
    if (code === SLASH) reader.state = behind;
    else if (code !== STAR) reader.state = comment;
    return at + 1;
  }

  /** What a string does about a unit that may not stand there. */
  function repairText(reader: Reader, chunk: string, at: number): number | undefined {
    const code = chunk.charCodeAt(at);
    const isEscaped = reader.state !== text;
    const isQuote = reader.state === escape && code === SINGLE_QUOTE;
    const isOwn = isQuote && reader.quote === SINGLE_QUOTE;
    const kind = isEscaped ? "badEscapes" : "controlCharacters";
    if (!allowed[kind] && !isOwn) return undefined;
    if (!isOwn) report(kind, reader.offset + at);
    if (!isEscaped || isQuote) add(reader, chunk.charAt(at), 0);
    else add(reader, reader.state === unicode ? `\\u${reader.digits}` : "\\", 0);
    reader.digits = "";
    reader.state = text;
    return isEscaped && !isQuote ? at : at + 1;
  }

  function beginNonFinite(reader: Reader, chunk: string, at: number, word: Word): number {
    report("nonFinite", reader.offset + at - reader.fresh.take().length);
    return beginWord(reader, chunk, at, word);
  }

  /** What is done about a unit that no JSON can have where it stands, if anything. */
  function repair(reader: Reader, chunk: string, at: number): number | undefined {
    const { state } = reader;
    if (reader.quote > 0) return repairText(reader, chunk, at);
    const code = chunk.charCodeAt(at);
    const offset = reader.offset + at;
    const isName = state === firstName || state === nextName;
    const isValue = state === value || state === firstItem || state === nextItem;
    if (allowed.nonFinite) {
      if (code === CAPITAL_N && isValue) return beginNonFinite(reader, chunk, at, NAN);
      if (code === CAPITAL_I && isValue) return beginNonFinite(reader, chunk, at, INFINITY);
      if (code === CAPITAL_I && state === number && reader.fresh.length === 1) {
        return beginNonFinite(reader, chunk, at, MINUS_INFINITY);
      }
    }
    if (state === number || state === spelling) return undefined;
    if (code === SLASH && allowed.comments) return beginComment(reader, at);
    if (code === SINGLE_QUOTE && allowed.singleQuotes && (isName || isValue)) {
      report("singleQuotes", offset);
      reader.isName = isName;
      return beginText(reader, chunk, at);
    }
    const isTrailing =
      (code === CLOSE_ARRAY && state === nextItem) || (code === CLOSE_OBJECT && state === nextName);
    if (isTrailing && allowed.trailingCommas) {
      report("trailingCommas", offset);
      return close(reader, at);
    }
    return undefined;
  }

  return { start, ending, repair };
}

/** Where one of the pattern's characters stands first, or the end. */
function indexOf(pattern: RegExp, chunk: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.exec(chunk)?.index ?? chunk.length;
}
