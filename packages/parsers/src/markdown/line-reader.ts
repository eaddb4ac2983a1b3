import type { LimitError } from "@millrace/core";
import { holdText } from "@millrace/core/text";
import { markFinder, type Rest } from "./rest.ts";
import { CARRIAGE_RETURN, isLineEnd, LINE_END, LINE_FEED } from "./units.ts";

/** Reads lines: unit by unit while it is not known what a line is, then the rest in pieces. */
export interface LineStates {
  /**
   * Gives what reads the rest of the line, if it is known now.
   *
   * @param unit or `LINE_END`, if that comes first
   * @param count of the line's units, this one included
   */
  read(unit: number, count: number): Rest | undefined;
  /** What counts of the beginning of the line, which has been held until it was known. */
  contentOf(line: string): string;
  /** So many units more than the line it has: the first of them all stand where a tab does. */
  surplus(): number;
  endLine(): void;
  /** What ends the line has been read; of a CRLF, each half. */
  passLineEnd(): void;
  end(): void;
}

export interface LineReader {
  /** Gives whether all of the chunk is inside a line that was known before. */
  push(chunk: string): boolean;
  end(): void;
  /**
   * Where in the input it stands: behind a unit that tells something, before a text it reads, or at
   * the unit of that index in the text.
   */
  position(index?: number): number;
}

export interface LineRules {
  /** So many units of a line may be read before it is known what it is. */
  maxLength: number;
  tooLong: (offset: number) => LimitError;
}

export function lineReader({ maxLength, tooLong }: LineRules, states: LineStates): LineReader {
  const held = holdText(); // the line, until it is known what it is
  let rest: Rest | undefined; // when it is known
  const findMark = markFinder();
  let begin = 0; // in the chunk: where what is not held yet of a line that is not known begins
  let isBegun = false;
  let isReturned = false; // the last unit was a CR, and a LF would belong to it
  let offset = 0; // of the chunk
  let at = 0; // in it
  let surplus = 0; // of the text that is read

  /** Looks whether the line, which has come up to `at`, is known with this unit. */
  function decide(chunk: string, unit: number, count: number): void {
    rest = states.read(unit, count);
    if (rest === undefined) return;
    const content = states.contentOf(held.take(chunk.slice(begin, at)));
    surplus = states.surplus();
    at -= content.length - surplus;
    rest.read(content, 0, content.length);
    at += content.length - surplus;
    surplus = 0;
  }

  /** Reads to the end of the line or of the chunk; the first mark stands at `mark`. */
  function readRest(chunk: string, reader: Rest, mark: number): void {
    let to = mark;
    let isRead = reader.readsAll;
    while (to < chunk.length && !isLineEnd(chunk.charCodeAt(to))) {
      isRead = true;
      to = findMark(chunk, to + 1);
    }
    if (isRead && to > at) reader.read(chunk, at, to);
    at = to;
  }

  function endLine(chunk: string): void {
    if (rest === undefined) decide(chunk, LINE_END, held.length + at - begin + 1);
    states.endLine();
    held.take();
    rest = undefined;
    isBegun = false;
  }

  function readLineEnd(chunk: string, unit: number): void {
    if (!isReturned || unit !== LINE_FEED) endLine(chunk);
    isReturned = unit === CARRIAGE_RETURN;
    begin = ++at;
    states.passLineEnd();
  }

  function holdBeginning(chunk: string): void {
    if (at > begin) held.add(chunk.slice(begin, at));
    begin = at;
  }

  return {
    position: (index = 0) => offset + at + Math.max(index - surplus, 0),
    push(chunk) {
      const end = chunk.length;
      if (rest !== undefined) {
        const mark = findMark(chunk, 0);
        if (mark === end) {
          // Most small chunks stand inside a line that is known, and need no more than a look.
          if (rest.readsAll) rest.read(chunk, 0, end);
          offset += end;
          return true;
        }
        readRest(chunk, rest, mark);
      }
      while (at < end) {
        const unit = chunk.charCodeAt(at);
        if (isLineEnd(unit)) readLineEnd(chunk, unit);
        else {
          const count = held.length + at - begin + 1;
          if (count > maxLength) {
            holdBeginning(chunk);
            throw tooLong(offset + at);
          }
          isBegun = true;
          isReturned = false;
          at++;
          decide(chunk, unit, count);
          if (rest !== undefined) readRest(chunk, rest, findMark(chunk, at));
        }
      }
      if (rest === undefined) holdBeginning(chunk);
      offset += at;
      at = begin = 0;
      return false;
    },
    end() {
      if (isBegun) endLine("");
      states.end();
    },
  };
}
