import { LimitError, ParseError, stage, type Stage } from "@millrace/core";
import { holdText } from "@millrace/core/text";
import { BYTE_ORDER_MARK } from "./json/characters.ts";
import { leapValue } from "./json/leap.ts";
import { jsonLimits } from "./json/limits.ts";
import { jsonScanner } from "./json/scan.ts";

const STAGE = "ndjson";
const ACTION = "read NDJSON";
const LINE_FEED = "\n";
const BLANK = /^[ \t\r]*$/;
const NO_SURFACE = -1; // the scanner stops for nothing but the end, and what is wrong

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
 *   `onInvalidLine` says. When the source fails, the beginning of a line is dropped, or emitted as an
 *   `incomplete` one.
 * - **Cost:** that of `JSON.parse`; one `indexOf` and one `slice` a line; a line of more than twice
 *   `maxDepth` is looked through for its depth.
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
      const held = holdText(); // the beginning of a line
      let offset = 0; // of the chunk
      let begin = 0; // of the line, in the input
      let count = 1; // of lines, this one included

      function verifyLength(from: number, to: number): void {
        const left = maxLength - held.length;
        if (to - from > left) throw tooLong(offset + from + left);
      }

      function endLine(line: string, isLast: boolean): void {
        if (BLANK.test(line)) return;
        let value: unknown;
        try {
          value = parse(line, isLast);
        } catch (error) {
          spoil(line, error as ParseError);
          return;
        }
        emit(onInvalidLine === "emit" ? { value } : value);
      }

      function spoil(line: string, error: ParseError): void {
        if (onInvalidLine === "error") throw error;
        if (onInvalidLine === "emit") emit({ line: withoutReturn(line), error });
      }

      function parse(line: string, isLast: boolean): unknown {
        // Nesting takes two characters a level.
        if (line.length <= 2 * maxDepth || leapValue(line, 0, maxDepth) !== -1) {
          try {
            return JSON.parse(line);
          } catch {
            // The engines' messages differ, and none says where.
          }
        }
        verify(line, isLast);
        return JSON.parse(line);
      }

      function verify(line: string, isLast: boolean): void {
        const scanner = jsonScanner(maxDepth);
        const verdict = scanner.scan(line, 0, NO_SURFACE);
        const at = begin + scanner.at;
        if (verdict === "deep") throw tooDeep(at);
        if (verdict === "wrong") {
          throw invalid(`unexpected ${JSON.stringify(line.charAt(scanner.at))}`, at);
        }
        if (!scanner.end()) throw incomplete(at, isLast);
      }

      function invalid(problem: string, at: number, code = "parse"): ParseError {
        const message = `Cannot ${ACTION}: ${problem} in line ${count}`;
        return new ParseError(message, { stage: STAGE, offset: at, code });
      }

      function incomplete(at: number, isLast: boolean): ParseError {
        if (isLast) return invalid("the input ended inside a value", at, "incomplete");
        return invalid("a value is not whole", at);
      }

      return {
        push(chunk) {
          let from = offset === 0 && chunk.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
          if (from === 1) begin = 1;
          let feed = chunk.indexOf(LINE_FEED, from);
          while (feed !== -1) {
            verifyLength(from, feed);
            endLine(held.take(chunk.slice(from, feed)), false);
            count++;
            from = feed + 1;
            begin = offset + from;
            feed = chunk.indexOf(LINE_FEED, from);
          }
          verifyLength(from, chunk.length);
          if (from < chunk.length) held.add(chunk.slice(from));
          offset += chunk.length;
        },
        flush() {
          endLine(held.take(), true);
        },
        fail() {
          const line = held.take();
          if (onInvalidLine !== "emit" || BLANK.test(line)) return;
          spoil(line, incomplete(offset, true));
        },
      };
    },
    { cuttable: true },
  );
}

/** The CR before a line feed ends the line with it; JSON takes it for space. */
function withoutReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}
