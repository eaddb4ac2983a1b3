import { LimitError, ParseError, stage, type Stage } from "@millrace/core";
import { holdText } from "@millrace/core/text";
import { BYTE_ORDER_MARK } from "./json/characters.ts";
import { DEEP, jsonLeaper } from "./json/leap.ts";
import { jsonLimits } from "./json/limits.ts";
import { jsonScanner, type Verdict } from "./json/scan.ts";

const STAGE = "ndjson";
const ACTION = "read NDJSON";
const LINE_FEED = "\n";
const BLANK = /^[ \t\r]*$/;
const NO_SURFACE = -1; // the scanner stops for nothing but the end, and what is wrong
// What engines throw costs as much as looking through many a line. So behind an invalid line, these
// many that follow are looked through first.
const LINES_IN_DOUBT = 16;

/** What `onInvalidLine: "emit"` gives for a line. */
export type NdjsonLine<T> =
  | { value: T; line?: never; error?: never }
  | {
      /** The text of an invalid line, without what ends it. */
      line: string;
      error: ParseError | LimitError;
      value?: never;
    };

export interface NdjsonOptions {
  /**
   * What a line does that is not JSON, or nests deeper than `maxDepth`: it ends the stream
   * (`"error"`, the default), is left out (`"skip"`), or comes out as `{ line, error }` among the
   * others, which then are `{ value }` (`"emit"`).
   */
  onInvalidLine?: "error" | "skip" | "emit";
  /** The longest line, in UTF-16 units before the line feed. Default 16 MiB. */
  maxLength?: number;
  /** How deep containers may nest. Default 512. */
  maxDepth?: number;
}

/**
 * The values of newline-delimited JSON, one a line.
 *
 * - **In / Out:** text cut anywhere; what `JSON.parse` gives for each line. Lines end with LF or
 *   CRLF, the last one with the input; blank ones, and a byte order mark at the start, are skipped.
 * - **When:** a value with the end of its line.
 * - **Limits:** `maxLength`, `maxDepth`.
 * - **Errors:** for an invalid line, as `onInvalidLine` says, a `ParseError` that has the offset of the
 *   first wrong character, and the line's number in its message. A last line that just breaks off has
 *   the code `incomplete`. A `LimitError` at the first unit over `maxLength`, whatever
 *   `onInvalidLine` says. Then, and when the source fails, the beginning of a line is dropped, or
 *   emitted as an `incomplete` one.
 * - **Cost:** that of `JSON.parse`; one `indexOf` and one `slice` a line; a line of more than twice
 *   `maxDepth` is looked through for its depth, and the 16 behind an invalid one for being JSON. An
 *   `error` is made when it is first looked at.
 * - **Source:** the NDJSON and JSON Lines specifications; RFC 8259.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import { ndjson } from "@millrace/parsers";
 *
 * run(ndjson(), ['{"a":1}\n{"a"', ":2}\r\n\n3"]); // => [{ a: 1 }, { a: 2 }, 3]
 *
 * const lines = run(ndjson({ onInvalidLine: "emit" }), ["[1]\noops\n"]);
 * lines[0]; // => { value: [1] }
 * lines[1]?.line; // => "oops"
 * lines[1]?.error?.message; // => 'Cannot read NDJSON: unexpected "o" in line 2'
 * ```
 */
export function ndjson<T = unknown>(
  options: NdjsonOptions & { onInvalidLine: "emit" },
): Stage<string, NdjsonLine<T>>;
export function ndjson<T = unknown>(
  options?: NdjsonOptions & { onInvalidLine?: "error" | "skip" },
): Stage<string, T>;
export function ndjson(options: NdjsonOptions = {}): Stage<string, unknown> {
  const { onInvalidLine = "error" } = options;
  const { maxLength, maxDepth, tooLong, tooDeep } = jsonLimits({
    stage: STAGE,
    action: ACTION,
    unit: "a line",
    maxLength: options.maxLength,
    maxDepth: options.maxDepth,
  });
  return stage(
    (emit) => {
      const scanner = jsonScanner(maxDepth);
      const leaper = jsonLeaper();
      const held = holdText(); // the beginning of a line
      let offset = 0; // of the chunk
      let begin = 0; // of the line, in the input
      let count = 1; // of lines, this one included
      let doubts = 0; // so many lines more are looked through before they are parsed

      function limit(chunk: string, from: number, to: number): void {
        const left = maxLength - held.length;
        if (to - from <= left) return;
        held.add(chunk.slice(from, from + left));
        throw tooLong(offset + from + left);
      }

      function endLine(line: string, isLast: boolean): void {
        if (BLANK.test(line)) return;
        let value = doubts > 0 || mayBeTooDeep(line) ? undefined : parse(line);
        if (value === undefined) {
          const verdict = scan(line);
          if (verdict !== "whole") {
            doubts = LINES_IN_DOUBT;
            spoil(line, problem(line, verdict, isLast));
            return;
          }
          if (doubts > 0) doubts--;
          value = JSON.parse(line);
        }
        emit(onInvalidLine === "emit" ? { value } : value);
      }

      /** Nesting takes two characters a level. */
      function mayBeTooDeep(line: string): boolean {
        if (line.length <= 2 * maxDepth) return false;
        leaper.begin(maxDepth);
        return leaper.leap(line, 0) === DEEP;
      }

      function scan(line: string): Verdict | "whole" {
        scanner.restart();
        const verdict = scanner.scan(line, 0, NO_SURFACE);
        return verdict === "more" && scanner.end() ? "whole" : verdict;
      }

      // Engines' messages differ, and none says where.
      function problem(line: string, verdict: Verdict, isLast: boolean): MakeError {
        const at = begin + scanner.at();
        if (verdict === "deep") return () => tooDeep(at);
        if (verdict === "more")
          return isLast ? incomplete(at) : invalid("a value is not whole", at);
        return invalid(`unexpected ${JSON.stringify(line.charAt(scanner.at()))}`, at);
      }

      function incomplete(at: number): MakeError {
        return invalid("the input ended inside a value", at, "incomplete");
      }

      function invalid(what: string, offset: number, code = "parse"): MakeError {
        const message = `Cannot ${ACTION}: ${what} in line ${count}`;
        return () => new ParseError(message, { stage: STAGE, offset, code });
      }

      function spoil(line: string, makeError: MakeError): void {
        if (onInvalidLine === "error") throw makeError();
        if (onInvalidLine === "emit") emit(invalidLine(withoutReturn(line), makeError));
      }

      return {
        push(chunk) {
          let from = offset === 0 && chunk.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
          if (from === 1) begin = 1;
          let feed = chunk.indexOf(LINE_FEED, from);
          while (feed !== -1) {
            limit(chunk, from, feed);
            endLine(held.take(chunk.slice(from, feed)), false);
            count++;
            from = feed + 1;
            begin = offset + from;
            feed = chunk.indexOf(LINE_FEED, from);
          }
          limit(chunk, from, chunk.length);
          if (from < chunk.length) held.add(chunk.slice(from));
          offset += chunk.length;
        },
        flush() {
          endLine(held.take(), true);
        },
        fail() {
          const line = held.take();
          if (onInvalidLine !== "emit" || BLANK.test(line)) return;
          spoil(line, incomplete(begin + line.length));
        },
      };
    },
    { cuttable: true },
  );
}

type MakeError = () => ParseError | LimitError;

/** Its error is made at the first look, for that takes longer than all the rest of a line. */
function invalidLine(line: string, makeError: MakeError): NdjsonLine<never> {
  let error: ParseError | LimitError | undefined;
  return {
    line,
    get error() {
      return (error ??= makeError());
    },
  };
}

/** Gives nothing for what is not JSON. */
function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** The CR before a line feed ends the line with it; JSON takes it for space. */
function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
