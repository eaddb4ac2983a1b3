import { stage, type Stage } from "@millrace/core";
import { DEFAULT_MAX_LENGTH, holdText, unitLimit } from "@millrace/core/text";

const LINE_FEED = "\n";
const CARRIAGE_RETURN = "\r";
const CARRIAGE_RETURN_CODE = 0x0d;

export interface LinesOptions {
  /** A carriage return without a line feed ends a line too. Default `false`. */
  cr?: boolean;
  /** Whether a line keeps what ended it. Default `"keep"`: the lines join to the input. */
  terminator?: "keep" | "drop";
  /** The longest line, in UTF-16 units before what ends it. Default 1 MiB. */
  maxLength?: number;
}

/**
 * Lines of text, ended by LF or CRLF.
 *
 * - **In / Out:** text cut anywhere; a line each, with its terminator unless it is dropped, empty
 *   lines included. A last line without a terminator comes at the end, if it is not empty.
 * - **When:** a line with its terminator. With `cr`, a CR may be half of a CRLF: a line that keeps
 *   it waits for the unit behind it, one that drops it does not.
 * - **Limits:** `maxLength` counts what stands before the LF, so the CR of a CRLF is counted; with
 *   `cr`, what stands before either.
 * - **Errors:** a `LimitError` at the first unit over the limit, behind the beginning of that line.
 *   When the source fails, what is held of a line comes out before the error.
 * - **Cost:** one `indexOf` and one `slice` a line; a line in many pieces is joined once.
 *
 * @example
 * ```ts
 * import { lines } from "@millrace/buffers";
 * import { run } from "@millrace/core";
 *
 * run(lines(), ["one\r", "\ntwo\nth", "ree"]); // => ["one\r\n", "two\n", "three"]
 * run(lines({ terminator: "drop" }), ["one\r", "\n\n"]); // => ["one", ""]
 * ```
 */
export function lines(options: LinesOptions = {}): Stage<string, string> {
  const { cr = false, terminator = "keep", maxLength = DEFAULT_MAX_LENGTH } = options;
  const keep = terminator === "keep";
  const tooLong = unitLimit({
    stage: "lines",
    action: "split lines",
    unit: "a line",
    max: maxLength,
  });
  return stage(
    (emit) => {
      const held = holdText(); // the beginning of a line
      let offset = 0; // of the chunk
      // With `cr`: the last unit was a CR, which ended a line, and a LF would belong to it. A line
      // that keeps its terminator is still held then, CR included.
      let returned = false;

      function hold(chunk: string, from: number): void {
        limit(chunk, from, chunk.length);
        if (from < chunk.length) held.add(from === 0 ? chunk : chunk.slice(from));
      }

      function limit(chunk: string, from: number, to: number): void {
        const left = maxLength - held.length;
        if (to - from <= left) return;
        held.add(chunk.slice(from, from + left));
        throw tooLong(offset + from + left);
      }

      /** Ends the line that goes on at `from` with the LF at `at`; gives where the next one begins. */
      function endAtFeed(chunk: string, from: number, at: number): number {
        const next = at + 1;
        if (held.length > 0 || at - from > maxLength) {
          limit(chunk, from, at);
          const line = held.take(chunk.slice(from, keep ? next : at));
          emit(keep ? line : withoutReturn(line));
        } else if (keep) emit(chunk.slice(from, next));
        else emit(chunk.slice(from, at > from && isReturn(chunk, at - 1) ? at - 1 : at));
        return next;
      }

      /** The same with the CR at `at`. */
      function endAtReturn(chunk: string, from: number, at: number): number {
        const next = chunk[at + 1] === LINE_FEED ? at + 2 : at + 1;
        limit(chunk, from, at);
        returned = at + 1 === chunk.length;
        if (!keep) emit(held.take(chunk.slice(from, at)));
        else if (returned) held.add(chunk.slice(from));
        else emit(held.take(chunk.slice(from, next)));
        return next;
      }

      /** Ends all lines up to the last CR; gives where the next one begins. */
      function endAtReturns(chunk: string, begin: number): number {
        let from = begin;
        let at = chunk.indexOf(CARRIAGE_RETURN, from);
        let feed = at === -1 ? -1 : chunk.indexOf(LINE_FEED, from);
        while (at !== -1) {
          if (feed === -1 || at < feed) {
            from = endAtReturn(chunk, from, at);
            at = chunk.indexOf(CARRIAGE_RETURN, from);
          } else from = endAtFeed(chunk, from, feed);
          if (feed !== -1 && feed < from) feed = chunk.indexOf(LINE_FEED, from);
        }
        return from;
      }

      /** What the last chunk's final CR has left to do; gives where the next line begins. */
      function settleReturn(chunk: string): number {
        returned = false;
        const begin = chunk.startsWith(LINE_FEED) ? 1 : 0;
        if (keep) emit(held.take(chunk.slice(0, begin)));
        return begin;
      }

      function finish(): void {
        if (held.length > 0) emit(held.take());
      }

      return {
        push(chunk) {
          if (chunk === "") return;
          let from = returned ? settleReturn(chunk) : 0;
          if (cr) from = endAtReturns(chunk, from);
          let feed = chunk.indexOf(LINE_FEED, from);
          while (feed !== -1) {
            from = endAtFeed(chunk, from, feed);
            feed = chunk.indexOf(LINE_FEED, from);
          }
          if (!returned) hold(chunk, from);
          offset += chunk.length;
        },
        flush: finish,
        fail: finish,
      };
    },
    { cuttable: true },
  );
}

/** Without `cr`, a CR before the LF belongs to the terminator and is dropped with it. */
function withoutReturn(line: string): string {
  return line.endsWith(CARRIAGE_RETURN) ? line.slice(0, -1) : line;
}

function isReturn(text: string, at: number): boolean {
  return text.charCodeAt(at) === CARRIAGE_RETURN_CODE;
}
