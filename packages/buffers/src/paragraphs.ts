import { stage, type Stage } from "@millrace/core";
import { DEFAULT_MAX_LENGTH, holdText, unitLimit } from "@millrace/core/text";

const LINE_FEED = "\n";
const CARRIAGE_RETURN = "\r";
const SPACE_CODE = 0x20;
const TAB_CODE = 0x09;
const LINE_END = /[\r\n]/g;

export interface ParagraphsOptions {
  /** A carriage return without a line feed ends a line too. Default `false`. */
  cr?: boolean;
  /**
   * Paragraphs come out without the blank lines around them and without the end of their last line.
   * Default `false`: they join to the input.
   */
  trim?: boolean;
  /** The longest paragraph, in UTF-16 units, with what it keeps. Default 1 MiB. */
  maxLength?: number;
}

/**
 * Paragraphs: runs of lines, parted by blank lines. A line of spaces and tabs is blank.
 *
 * - **In / Out:** text cut anywhere; a paragraph each, with the blank lines behind it, the first one
 *   also with those at the very start. With `trim`, without them; what is inside its lines stays,
 *   indentation too. A blank line in a code block parts like any other: `markdownBlocks` of
 *   `@millrace/parsers` knows of code.
 * - **When:** a paragraph with the first character that is not blank of the next one; with `trim`,
 *   with the end of the blank line behind it.
 * - **Limits:** `maxLength` counts all that is held, so also blanks that may indent the next
 *   paragraph; with `trim`, not the end of a line before it is known that the paragraph goes on.
 * - **Errors:** a `LimitError` at the first unit over the limit, behind the beginning of that
 *   paragraph. When the source fails, what is held of one comes out before the error.
 * - **Cost:** one `indexOf` a line and one `slice` a paragraph; with `cr`, a regular expression
 *   looks for the ends of lines.
 *
 * @example
 * ```ts
 * import { paragraphs } from "@millrace/buffers";
 * import { run } from "@millrace/core";
 *
 * run(paragraphs(), ["one\nmore\n", "\n\ntwo"]); // => ["one\nmore\n\n\n", "two"]
 * run(paragraphs({ trim: true }), ["one\nmore\n", " \n\ntwo\n"]); // => ["one\nmore", "two"]
 * ```
 */
export function paragraphs(options: ParagraphsOptions = {}): Stage<string, string> {
  const { cr = false, trim = false, maxLength = DEFAULT_MAX_LENGTH } = options;
  const tooLong = unitLimit({
    stage: "paragraphs",
    action: "split paragraphs",
    unit: "a paragraph",
    max: maxLength,
  });
  return stage(
    (emit) => {
      const held = holdText(); // what earlier chunks had of the paragraph
      let from = 0; // where it goes on in the chunk
      let offset = 0; // of the chunk
      let phase = BLANK;
      let started = false; // the paragraph has a line that is not blank
      let parted = false; // and behind it one that is
      // In the whole text:
      let begin = 0; // where the paragraph began, or the blank lines before it
      let contentEnd = 0; // where its last line that is not blank ended
      let lineBegin = 0; // where the line began that is blank so far

      /** In a line that is not blank. */
      function readLine(chunk: string, at: number): number {
        const end = findLineEnd(chunk, at, cr);
        limit(chunk, end);
        if (end === chunk.length) return end;
        contentEnd = offset + end;
        return endLine(chunk, end);
      }

      /** In a line that is blank so far. */
      function readBlank(chunk: string, at: number): number {
        const to = skipBlank(chunk, at);
        if (to > at) limit(chunk, to);
        if (to === chunk.length) return to;
        const end = chunk[to];
        if (end === LINE_FEED || (cr && end === CARRIAGE_RETURN)) return endBlank(chunk, to);
        if (end === CARRIAGE_RETURN) {
          if (!trim) limit(chunk, to + 1);
          phase = RETURNED;
          return to + 1;
        }
        beginContent(chunk);
        return to;
      }

      /** Behind a CR that has ended a line or, without `cr`, may yet end a blank one. */
      function readReturned(chunk: string, at: number): number {
        const isFeed = chunk[at] === LINE_FEED;
        if (isFeed) return cr ? endLine(chunk, at) : endBlank(chunk, at);
        if (cr) phase = BLANK;
        else beginContent(chunk);
        return at;
      }

      function beginContent(chunk: string): void {
        if (parted) emit(takeTo(chunk, lineBegin));
        parted = false;
        started = true;
        phase = INSIDE;
      }

      function endBlank(chunk: string, end: number): number {
        if (trim && started) emit(withoutReturn(takeTo(chunk, contentEnd)));
        if (trim) started = false;
        else parted = started;
        return endLine(chunk, end);
      }

      function endLine(chunk: string, end: number): number {
        const next = end + 1;
        phase = chunk[end] === LINE_FEED ? BLANK : RETURNED;
        lineBegin = offset + next;
        if (!trim) limit(chunk, next);
        else if (!started) {
          held.take();
          from = next;
          begin = lineBegin;
        }
        return next;
      }

      /** Takes what is held up to a place, which may be in an earlier chunk. */
      function takeTo(chunk: string, place: number): string {
        const length = place - begin;
        begin = place;
        if (place >= offset) {
          const rest = chunk.slice(from, place - offset);
          from = place - offset;
          return held.take(rest);
        }
        const text = held.take();
        held.add(text.slice(length));
        return text.slice(0, length);
      }

      function limit(chunk: string, to: number): void {
        if (offset + to - begin <= maxLength) return;
        held.add(held.take(chunk.slice(from, to)).slice(0, maxLength));
        phase = INSIDE;
        parted = false;
        throw tooLong(begin + maxLength);
      }

      /** Nothing follows a CR, so it is no half of a line's end. */
      function settleReturn(): void {
        if (phase === RETURNED && !cr) beginContent("");
      }

      function finish(): void {
        settleReturn();
        const text = held.take();
        const isOpen = !trim || phase === INSIDE;
        const unit = isOpen ? text : withoutReturn(text.slice(0, started ? contentEnd - begin : 0));
        if (unit !== "") emit(unit);
      }

      return {
        push(chunk) {
          let at = 0;
          while (at < chunk.length) {
            if (phase === INSIDE) at = readLine(chunk, at);
            else if (phase === BLANK) at = readBlank(chunk, at);
            else at = readReturned(chunk, at);
          }
          held.add(chunk.slice(from));
          offset += chunk.length;
          from = 0;
        },
        flush() {
          settleReturn();
          if (phase === INSIDE) limit("", 0);
          finish();
        },
        fail: finish,
      };
    },
    { cuttable: true },
  );
}

// Where the last unit stands: in a line that is blank so far, in one that is not, behind a CR.
const BLANK = 0;
const INSIDE = 1;
const RETURNED = 2;

/** The line's end, or that of the chunk. */
function findLineEnd(chunk: string, at: number, cr: boolean): number {
  if (!cr) {
    const feed = chunk.indexOf(LINE_FEED, at);
    return feed === -1 ? chunk.length : feed;
  }
  LINE_END.lastIndex = at;
  return LINE_END.test(chunk) ? LINE_END.lastIndex - 1 : chunk.length;
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (isBlank(text.charCodeAt(at))) at++;
  return at;
}

function isBlank(code: number): boolean {
  return code === SPACE_CODE || code === TAB_CODE;
}

/** A CR before the LF belongs to the line's end. With `cr` there is none. */
function withoutReturn(text: string): string {
  return text.endsWith(CARRIAGE_RETURN) ? text.slice(0, -1) : text;
}
