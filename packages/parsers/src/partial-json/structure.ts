import {
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  KINDS,
  NAME,
  NUMBER,
  OPEN_ARRAY,
  OPEN_OBJECT,
  BLANK,
  STRING,
  VALUE,
  LITERAL,
} from "../json/kinds.ts";
import { unexpected, type Reader } from "./reader.ts";
import { beginNumber, beginText, beginWord, WORDS } from "./tokens.ts";

/** `▸{▸"a"▸:▸ [▸1▸,▸ 2▸]▸}▸` Between tokens: before the document, in its structure, and behind it. */
export function between(reader: Reader, chunk: string, from: number): number {
  const { limits, objects, sink } = reader;
  for (let at = from; at < chunk.length; at++) {
    const kind = KINDS[chunk.charCodeAt(at)]! & reader.expected;
    if (kind === BLANK) continue;
    if (kind === STRING) return beginText(reader, chunk, at);
    if (kind === NUMBER) return beginNumber(reader, chunk, at);
    if (kind === LITERAL) return beginWord(reader, at, WORDS[chunk.charAt(at)]!);
    if (kind === COLON) reader.expected = VALUE;
    else if (kind === COMMA) reader.expected = objects.at(-1) ? NAME : VALUE;
    else if (kind === OPEN_OBJECT || kind === OPEN_ARRAY) {
      if (objects.length >= limits.maxDepth) throw limits.tooDeep(reader.offset + at);
      const isObject = kind === OPEN_OBJECT;
      sink.open(!isObject);
      objects.push(isObject);
      reader.expected = isObject ? NAME | CLOSE_OBJECT : VALUE | CLOSE_ARRAY;
    } else if (kind === 0) return unexpected(reader, chunk, at);
    else {
      sink.close(reader.offset + at + 1);
      objects.pop();
      endValue(reader);
    }
  }
  return chunk.length;
}

/** A value has ended. */
export function endValue(reader: Reader): void {
  const isObject = reader.objects.at(-1);
  reader.state = between;
  if (isObject === undefined) reader.expected = BLANK;
  else reader.expected = BLANK | COMMA | (isObject ? CLOSE_OBJECT : CLOSE_ARRAY);
}
