import type { LimitError } from "@millrace/core";
import { holdText } from "@millrace/core/text";
import { CARRIAGE_RETURN, isLineEnd, LINE_END, LINE_FEED } from "./units.ts";

/** Reads lines: unit by unit while it is not known what a line is, then the rest in pieces. */
export interface LineStates {
  /**
   * Gives whether it is known now.
   *
   * @param unit or `LINE_END`, if that comes first
   * @param count of the line's units, this one included
   */
  read(unit: number, count: number): boolean;
  /** Reads what has been held of the line until it was known. */
  readHeld(text: string): void;
  readRest(chunk: string, from: number, to: number): void;
  endLine(): void;
  /** The line end was half of a CRLF: now the other half has been read. */
  extendLine(): void;
}

export interface LineReader {
  push(chunk: string): void;
  /** Ends the last line, if it is open. */
  end(): void;
  /** How many units have been read. */
  readonly position: number;
}

export interface LineRules {
  /** So many units of a line may be read before it is known what it is. */
  maxLength: number;
  tooLong: (offset: number) => LimitError;
}

export function lineReader({ maxLength, tooLong }: LineRules, states: LineStates): LineReader {
  const held = holdText(); // the line, until it is known what it is
  let isKnown = false;
  let isBegun = false;
  let isReturned = false; // the last unit was a CR, and a LF would belong to it
  let offset = 0; // of the chunk
  let at = 0; // in it

  function decide(unit: number, count: number): void {
    isKnown = states.read(unit, count);
    if (isKnown) states.readHeld(held.take());
  }

  function endLine(): void {
    if (!isKnown) decide(LINE_END, held.length + 1);
    states.endLine();
    held.take();
    isKnown = isBegun = false;
  }

  return {
    get position() {
      return offset + at;
    },
    push(chunk) {
      while (at < chunk.length) {
        const unit = chunk.charCodeAt(at);
        const isHalf = isReturned && unit === LINE_FEED;
        isReturned = unit === CARRIAGE_RETURN;
        if (isLineEnd(unit)) {
          at++;
          if (isHalf) states.extendLine();
          else endLine();
          continue;
        }
        isBegun = true;
        if (isKnown) {
          const from = at;
          while (at < chunk.length && !isLineEnd(chunk.charCodeAt(at))) at++;
          states.readRest(chunk, from, at);
        } else {
          if (held.length === maxLength) throw tooLong(offset + at);
          held.add(chunk.charAt(at++));
          decide(unit, held.length);
        }
      }
      offset += at;
      at = 0;
    },
    end() {
      if (isBegun) endLine();
    },
  };
}
