import {
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  isDigit,
  isSpace,
  MINUS,
  OPEN_ARRAY,
  OPEN_OBJECT,
  QUOTE,
  skipSpace,
} from "../json/characters.ts";
import { endValue, unexpected, type Reader } from "./reader.ts";
import { beginNumber, beginText, beginWord, WORDS } from "./tokens.ts";

// The drawings show where in a document a state is.

/** `▸ {"a": [1, 2]}`, where nothing but space has come. */
export function start(reader: Reader, chunk: string, at: number): number {
  if (isSpace(chunk.charCodeAt(at))) return skipSpace(chunk, at + 1);
  reader.state = value;
  return at;
}

/** `{"a":▸ [1, 2]}` */
export function value(reader: Reader, chunk: string, at: number): number {
  const code = chunk.charCodeAt(at);
  if (code === QUOTE) return beginText(reader, chunk, at);
  if (isDigit(code) || code === MINUS) return beginNumber(reader, chunk, at);
  if (code === OPEN_OBJECT) return open(reader, at, false);
  if (code === OPEN_ARRAY) return open(reader, at, true);
  const word = WORDS.get(code);
  return word === undefined ? space(reader, chunk, at) : beginWord(reader, chunk, at, word);
}

/** `{"a": [▸1, 2]}` */
export function firstItem(reader: Reader, chunk: string, at: number): number {
  return chunk.charCodeAt(at) === CLOSE_ARRAY ? close(reader, at) : value(reader, chunk, at);
}

/** `{"a": [1▸, 2]}` */
function afterItem(reader: Reader, chunk: string, at: number): number {
  const code = chunk.charCodeAt(at);
  if (code === CLOSE_ARRAY) return close(reader, at);
  if (code !== COMMA) return space(reader, chunk, at);
  reader.state = nextItem;
  return at + 1;
}

/** `{"a": [1,▸ 2]}` */
export function nextItem(reader: Reader, chunk: string, at: number): number {
  return value(reader, chunk, at);
}

/** `{▸"a": [1, 2]}` */
export function firstName(reader: Reader, chunk: string, at: number): number {
  return chunk.charCodeAt(at) === CLOSE_OBJECT ? close(reader, at) : nextName(reader, chunk, at);
}

/** `{"a": 1,▸ "b": 2}` */
export function nextName(reader: Reader, chunk: string, at: number): number {
  if (chunk.charCodeAt(at) !== QUOTE) return space(reader, chunk, at);
  reader.isName = true;
  return beginText(reader, chunk, at);
}

/** `{"a"▸: [1, 2]}` */
export function afterName(reader: Reader, chunk: string, at: number): number {
  if (chunk.charCodeAt(at) !== COLON) return space(reader, chunk, at);
  reader.state = value;
  return at + 1;
}

/** `{"a": [1, 2]▸}` */
function afterMember(reader: Reader, chunk: string, at: number): number {
  const code = chunk.charCodeAt(at);
  if (code === CLOSE_OBJECT) return close(reader, at);
  if (code !== COMMA) return space(reader, chunk, at);
  reader.state = nextName;
  return at + 1;
}

/** `{"a": [1, 2]}▸` */
export function ending(reader: Reader, chunk: string, at: number): number {
  return space(reader, chunk, at);
}

function space(reader: Reader, chunk: string, at: number): number {
  if (isSpace(chunk.charCodeAt(at))) return skipSpace(chunk, at + 1);
  return unexpected(reader, chunk, at);
}

function open(reader: Reader, at: number, isArray: boolean): number {
  const { outer, sink } = reader;
  const { maxDepth, tooDeep } = reader.rules.limits;
  if (outer.length === maxDepth) throw tooDeep(reader.offset + at);
  sink.open(isArray);
  outer.push(reader.after);
  reader.after = isArray ? afterItem : afterMember;
  reader.state = isArray ? firstItem : firstName;
  return at + 1;
}

export function close(reader: Reader, at: number): number {
  reader.sink.close(reader.offset + at + 1);
  reader.after = reader.outer.pop()!;
  endValue(reader);
  return at + 1;
}
