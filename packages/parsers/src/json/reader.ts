import { ParseError } from "@millrace/core";
import { holdText } from "@millrace/core/text";
import { OPEN_ARRAY, OPEN_OBJECT, QUOTE } from "./characters.ts";
import { jsonLeaper, OPEN } from "./leap.ts";
import type { JsonLimits } from "./limits.ts";
import { jsonScanner, type JsonScanner } from "./scan.ts";

// So much of a value may have come before it is looked at for being JSON. Most values are whole before.
const MOST_UNCHECKED = 1024;

// A shorter chunk holds too few values to learn from one where the next ends.
const SHORTEST_FORESEEN = 1024;

const WHOLE_VALUES = 0; // the scanner's surface

/** Reads JSON that comes in chunks, value by value. */
export interface JsonReader {
  readonly scanner: JsonScanner;
  /** The text ran out in what was being read: the next `read` goes on with it. */
  isOpen(): boolean;
  /** Of the chunk, in the input. */
  offset(): number;
  /** What was read last, if it was to be kept. */
  value(): unknown;
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
 *   container opens beyond `maxDepth`. In what is kept, a wrong character is found with the end of
 *   the value, or when 1,024 units of it have come.
 * - **Cost:** an object, array or string is parsed where the values before let its end be foreseen,
 *   else leapt over and parsed; of what comes in many chunks, what is longer than 1,024 units is
 *   scanned besides. Two parses fail in a stream at most.
 */
export function jsonReader(limits: JsonLimits): JsonReader {
  const { stage, action, maxLength, maxDepth, tooLong, tooDeep } = limits;
  const scanner = jsonScanner(maxDepth);
  const leaper = jsonLeaper();
  const mostUnchecked = Math.min(MOST_UNCHECKED, maxLength);
  const held = holdText(); // the beginning of what is open, if it is to be kept
  let offset = 0; // of the chunk
  let open = false;
  let leaping = false; // over what is open: the scanner stands where that begins
  let value: unknown;
  // Values of one stream mostly have the same between them, as in `}{` or `},\n{`.
  let between: string | undefined; // with the brackets; not learnt yet in this chunk; or "", given up
  let lastEnd = 0; // of an object, array or string in this chunk
  let trusted = true; // no guess has failed

  function read(chunk: string, from: number, surface: number, keep: boolean): number {
    if (leaping) return leap(chunk, from, surface);
    if (!keep || open || !scanner.expectsValue() || !canLeap(chunk.charCodeAt(from))) {
      return scan(chunk, from, surface, keep);
    }
    const end = foresee(chunk, from);
    if (end !== -1) {
      if (parse(chunk.slice(from, end))) return passValue(end);
      trusted = false;
      between = "";
    }
    leaper.begin(maxDepth - scanner.depth());
    return leap(chunk, from, surface);
  }

  /** Guesses where a value ends. That it is JSON proves the guess: no JSON begins another one. */
  function foresee(chunk: string, from: number): number {
    if (chunk.length < SHORTEST_FORESEEN) return -1;
    if (between === undefined && lastEnd > 0) between = chunk.slice(lastEnd - 1, from + 1);
    if (between === undefined || between === "") return -1;
    const end = chunk.indexOf(between, from) + 1;
    // Nesting takes two characters a level.
    const most = Math.min(maxLength, 2 * (maxDepth - scanner.depth()));
    if (end > 0 && end - from <= most) return end;
    between = ""; // lest every value searches the chunk
    return -1;
  }

  /** Finds the end of an object, array or string, which is parsed then. */
  function leap(chunk: string, from: number, surface: number): number {
    const before = held.length;
    const end = leaper.leap(chunk, from);
    const length = before - from + (end === OPEN ? chunk.length : end);
    leaping = open = end === OPEN && length <= mostUnchecked;
    if (open) {
      held.add(chunk.slice(from));
      return -1;
    }
    const isEnd = end > 0 && length <= maxLength;
    const text = held.take(chunk.slice(from, isEnd ? end : undefined));
    if (isEnd && parse(text)) return passValue(end);
    // It is for the scanner: long, wrong, or beyond a limit.
    const to = scan(text, 0, surface, true, offset + from - before);
    return to === -1 ? -1 : to + from - before;
  }

  function parse(text: string): boolean {
    try {
      value = JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  }

  function passValue(end: number): number {
    scanner.passValue();
    lastEnd = end;
    return end;
  }

  /** `start` is where the text begins in the input. */
  function scan(
    text: string,
    from: number,
    surface: number,
    keep: boolean,
    start: number = offset,
  ): number {
    const verdict = scanner.scan(text, from, surface);
    const to = scanner.at();
    const left = maxLength - held.length;
    if (keep && to - from > left) throw tooLong(start + from + left);
    if (verdict === "wrong") throw wrong(text.charAt(to), start + to);
    if (verdict === "deep") throw tooDeep(start + to);
    open = verdict === "more";
    if (keep && open) held.add(text.slice(from));
    else if (keep) value = JSON.parse(held.take(text.slice(from, to)));
    return open ? -1 : to;
  }

  function wrong(character: string, at: number): ParseError {
    const message = `Cannot ${action}: unexpected ${JSON.stringify(character)}`;
    return new ParseError(message, { stage, offset: at });
  }

  const self: JsonReader = {
    scanner,
    isOpen: () => open,
    offset: () => offset,
    value: () => value,
    read,
    pass(chunk) {
      offset += chunk.length;
      lastEnd = 0;
      between = trusted ? undefined : "";
    },
    end() {
      if (leaping) {
        const start = offset - held.length;
        scan(held.take(), 0, WHOLE_VALUES, true, start);
      }
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
      return wrong(chunk.charAt(at), offset + at);
    },
  };
  return self;
}

/** Whether the value that begins so shows where it ends. */
function canLeap(code: number): boolean {
  return code === OPEN_OBJECT || code === OPEN_ARRAY || code === QUOTE;
}
