import { ParseError } from "@millrace/core";
import { holdText } from "@millrace/core/text";
import { OPEN_ARRAY, OPEN_OBJECT, QUOTE } from "./characters.ts";
import { leapValue } from "./leap.ts";
import type { JsonLimits } from "./limits.ts";
import { jsonScanner, type JsonScanner } from "./scan.ts";

// With less text at hand, most values end in another chunk, and a leap would be for nothing.
const LEAP_FROM = 512;

/** Reads JSON that comes in chunks, value by value. */
export interface JsonReader {
  readonly scanner: JsonScanner;
  /** The text ran out in what was being read: the next `read` goes on with it. */
  readonly open: boolean;
  /** Of the chunk, in the input. */
  readonly offset: number;
  /** What was read last, if it was to be kept. */
  readonly value: unknown;
  /**
   * Reads on at `from`, up to the end of a token at the surface, as the scanner has it; gives where
   * that is, or -1 if it is `open`. A name or a value that is to be kept is parsed then.
   */
  read(chunk: string, from: number, surface: number, keep: boolean): number;
  /** The chunk is done. */
  pass(chunk: string): void;
  /**
   * The input ends, and what is read must be whole. Gives whether a value was open that is, a number,
   * and that was to be kept.
   */
  end(): boolean;
  incomplete(at: number): ParseError;
  unexpected(chunk: string, at: number): ParseError;
}

/**
 * Makes a reader.
 *
 * - **Errors:** a `ParseError` at the first character that no JSON can have there, or (`incomplete`)
 *   at the end of the input; a `LimitError` where what is kept grows beyond `maxLength`, or where a
 *   container opens beyond `maxDepth`.
 * - **Cost:** an object, array or string in one chunk is parsed where the values before let its end be
 *   foreseen, else leapt over and parsed; what comes in many chunks is scanned, joined and parsed.
 *   Two parses fail in a stream at most.
 */
export function jsonReader(limits: JsonLimits): JsonReader {
  const { stage, action, maxLength, maxDepth, tooLong, tooDeep } = limits;
  const scanner = jsonScanner(maxDepth);
  const held = holdText(); // the beginning of what is open, if it is to be kept
  let offset = 0; // of the chunk
  let open = false;
  let value: unknown;
  // Values of one stream mostly have the same between them, as in `}{` or `},\n{`.
  let between: string | undefined; // with the brackets; not learnt yet in this chunk; or "", given up
  let lastEnd = 0; // of an object, array or string in this chunk
  let trusted = true; // no guess has failed

  function read(chunk: string, from: number, surface: number, keep: boolean): number {
    if (keep && !open && scanner.expectsValue && chunk.length - from >= LEAP_FROM) {
      const end = canLeap(chunk.charCodeAt(from)) ? readWhole(chunk, from) : -1;
      if (end !== -1) return end;
    }
    const verdict = scanner.scan(chunk, from, surface);
    const to = scanner.at;
    const left = maxLength - held.length;
    if (keep && to - from > left) throw tooLong(offset + from + left);
    if (verdict === "wrong") throw self.unexpected(chunk, to);
    if (verdict === "deep") throw tooDeep(offset + to);
    open = verdict === "more";
    if (keep && open) held.add(chunk.slice(from));
    else if (keep) value = JSON.parse(held.take(chunk.slice(from, to)));
    return open ? -1 : to;
  }

  /** Reads an object, array or string, unless it is one for the scanner: cut, wrong, or beyond a limit. */
  function readWhole(chunk: string, from: number): number {
    const deepest = maxDepth - scanner.depth;
    // Nesting takes two characters a level.
    let to = foresee(chunk, from, Math.min(maxLength, 2 * deepest));
    if (to !== -1 && !parse(chunk, from, to)) {
      trusted = false;
      between = "";
      to = -1;
    }
    if (to === -1) {
      to = leapValue(chunk, from, deepest);
      if (to === -1 || to - from > maxLength || !parse(chunk, from, to)) return -1;
    }
    lastEnd = to;
    scanner.passValue();
    return to;
  }

  /** Guesses where a value ends. That it is JSON proves the guess: no JSON begins another one. */
  function foresee(chunk: string, from: number, most: number): number {
    if (between === undefined && lastEnd > 0) between = chunk.slice(lastEnd - 1, from + 1);
    if (between === undefined || between === "") return -1;
    const to = chunk.indexOf(between, from) + 1;
    if (to > 0 && to - from <= most) return to;
    between = ""; // lest every value searches the chunk
    return -1;
  }

  function parse(chunk: string, from: number, to: number): boolean {
    try {
      value = JSON.parse(chunk.slice(from, to));
      return true;
    } catch {
      return false;
    }
  }

  const self: JsonReader = {
    scanner,
    get open() {
      return open;
    },
    get offset() {
      return offset;
    },
    get value() {
      return value;
    },
    read,
    pass(chunk) {
      offset += chunk.length;
      lastEnd = 0;
      between = trusted ? undefined : "";
    },
    end() {
      if (!scanner.end()) throw self.incomplete(0);
      const keep = held.length > 0;
      if (keep) value = JSON.parse(held.take());
      return keep;
    },
    incomplete(at) {
      const message = `Cannot ${action}: the input ended before its value did`;
      return new ParseError(message, { stage, offset: offset + at, code: "incomplete" });
    },
    unexpected(chunk, at) {
      const message = `Cannot ${action}: unexpected ${JSON.stringify(chunk.charAt(at))}`;
      return new ParseError(message, { stage, offset: offset + at });
    },
  };
  return self;
}

/** Whether the value that begins so shows where it ends. */
function canLeap(code: number): boolean {
  return code === OPEN_OBJECT || code === OPEN_ARRAY || code === QUOTE;
}
