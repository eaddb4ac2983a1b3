import { stage, type Stage } from "@millrace/core";
import { DEFAULT_MAX_LENGTH, holdText, unitLimit } from "@millrace/core/text";

export interface DelimitedOptions {
  /**
   * Whether a unit keeps the delimiter that ended it; `"next"` gives it to the unit behind it.
   * Default `"keep"`. Unless it is dropped, the units join to the input.
   */
  terminator?: "keep" | "next" | "drop";
  /** The longest unit, in UTF-16 units without its delimiter. Default 1 MiB. */
  maxLength?: number;
}

/**
 * Units of text, each ended by a delimiter.
 *
 * - **In / Out:** text cut anywhere, also inside a delimiter; a unit each, empty ones included, with
 *   its delimiter unless that is dropped or goes to the next. Where delimiters overlap, the leftmost
 *   counts, as in `split`. What stands behind the last one comes at the end, if it is not empty.
 * - **When:** a unit with the last character of its delimiter.
 * - **Limits:** `maxLength` counts what is certain to stand before the delimiter: text that may
 *   begin one is counted once it does not.
 * - **Errors:** a `RangeError` for an empty delimiter. A `LimitError` at the first unit over the
 *   limit, behind the beginning of that unit. When the source fails, what is held of a unit comes
 *   out before the error.
 * - **Cost:** one `indexOf` for each first character of a delimiter, and a comparison or two a unit
 *   behind it, whatever the delimiter; one `slice` a unit.
 * - **Source:** the search is that of Knuth, Morris and Pratt.
 *
 * @example
 * ```ts
 * import { delimited } from "@millrace/buffers";
 * import { run } from "@millrace/core";
 *
 * run(delimited("--"), ["one-", "-two---three"]); // => ["one--", "two--", "-three"]
 * run(delimited("\n\n", { terminator: "drop" }), ["one\n", "\n\ntwo"]); // => ["one", "\ntwo"]
 * run(delimited("# ", { terminator: "next" }), ["# one\n# t", "wo"]); // => ["# one\n", "# two"]
 * ```
 */
export function delimited(
  delimiter: string,
  options: DelimitedOptions = {},
): Stage<string, string> {
  const { terminator = "keep", maxLength = DEFAULT_MAX_LENGTH } = options;
  const length = delimiter.length;
  if (length === 0) throw new RangeError("Cannot split delimited text: the delimiter is empty");
  const tooLong = unitLimit({
    stage: "delimited",
    action: "split delimited text",
    unit: "a unit",
    max: maxLength,
  });
  const first = delimiter.charAt(0);
  const borders = bordersOf(delimiter);
  return stage(
    (emit) => {
      let ahead = ""; // the delimiter that the next unit begins with
      const held = holdText(); // the beginning of that unit
      let carried = 0; // so much of a delimiter stood at the end of the last chunk, behind it
      let begin = 0; // the offset at which the unit began, behind a delimiter
      let offset = 0; // of the chunk

      /** What goes on at `from`, or with what is carried, up to `to`: that may be before the chunk. */
      function textTo(chunk: string, from: number, to: number): string {
        if (carried === 0) return chunk.slice(from, to);
        const before = delimiter.slice(0, to < 0 ? carried + to : carried);
        carried = 0;
        return to > 0 ? before + chunk.slice(from, to) : before;
      }

      function limit(chunk: string, from: number, to: number): void {
        const left = maxLength - held.length;
        if (carried + to - from <= left) return;
        held.add(textTo(chunk, from, to).slice(0, left));
        throw tooLong(begin + maxLength);
      }

      /** Ends the unit that goes on at `from` with the delimiter behind which `next` is. */
      function endUnit(chunk: string, from: number, next: number): void {
        const to = next - length;
        limit(chunk, from, to);
        const unit = ahead + held.take(textTo(chunk, from, terminator === "keep" ? next : to));
        if (terminator === "next") ahead = delimiter;
        begin = offset + next;
        if (terminator !== "next" || unit !== "") emit(unit);
      }

      function finish(): void {
        const unit = ahead + held.take(textTo("", 0, 0));
        ahead = "";
        if (unit !== "") emit(unit);
      }

      return {
        push(chunk) {
          let from = 0; // where the unit goes on, or the next one begins
          let at = 0;
          let matched = carried; // so much of a delimiter stands before `at`
          while (at < chunk.length) {
            if (matched === 0) {
              const found = chunk.indexOf(first, at);
              at = found === -1 ? chunk.length : found + 1;
              if (found !== -1) matched = 1;
            } else if (chunk.charCodeAt(at) === delimiter.charCodeAt(matched)) {
              matched++;
              at++;
            } else matched = borders[matched]!;
            if (matched === length) {
              endUnit(chunk, from, at);
              from = at;
              matched = 0;
            }
          }
          const certain = chunk.length - matched;
          limit(chunk, from, certain);
          held.add(textTo(chunk, from, certain));
          carried = matched;
          offset += chunk.length;
        },
        flush() {
          limit("", 0, 0); // what might have begun a delimiter has not
          finish();
        },
        fail: finish,
      };
    },
    { cuttable: true },
  );
}

/** How long a beginning of the text is that its first `n` units end in too, for every `n`. */
function bordersOf(text: string): number[] {
  const borders = [0, 0];
  let border = 0;
  for (let at = 1; at < text.length; at++) {
    while (border > 0 && text[at] !== text[border]) border = borders[border]!;
    if (text[at] === text[border]) border++;
    borders.push(border);
  }
  return borders;
}
