import { stage, type Stage } from "@millrace/core";
import { holdText, wholeCharacters } from "@millrace/core/text";
import { automaton } from "./literals/automaton.ts";
import { checkLiterals } from "./literals/check-literals.ts";
import { literalReader } from "./literals/reader.ts";
import { replace, type Replacement } from "./literals/replacement.ts";

/** Literals with their replacements: a record, a `Map`, or pairs. */
export type Replacements =
  | Readonly<Record<string, Replacement>>
  | Iterable<readonly [literal: string, Replacement]>;

export interface ReplaceTextOptions {
  /** Case does not count, as with the flag `i` of a regular expression. Default `false`. */
  ignoreCase?: boolean;
}

/**
 * Text in which literals are replaced.
 *
 * - **In / Out:** text cut anywhere; the same with the replacements, at most one piece a chunk.
 * - **What is replaced:** the leftmost match, of those that begin at one place the longest, then the
 *   next behind it. What came in by a replacement is not searched. Of equal literals the first
 *   counts. `ignoreCase` leaves each unit one unit: `ß` is not `SS`.
 * - **When:** at once, but for the longest end of the text that may still be part of a match, and a
 *   surrogate half whose other half may follow.
 * - **Limits:** it holds less than the longest literal.
 * - **Errors:** a `RangeError` for an empty literal. When the source fails, what is held comes out as
 *   if the text had ended there.
 * - **Cost:** constant a unit, whatever the number and the overlaps of the literals; most of a chunk
 *   is leapt over. With `ignoreCase`, a chunk may cost a copy of what is held besides. To build it
 *   costs about 40 bytes a unit of the literals.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import { replaceText } from "@millrace/parsers";
 *
 * run(replaceText("colour", "color"), ["A co", "lour."]).join(""); // => "A color."
 *
 * const marks = replaceText({ "...": "…", "->": "→", ":-)": "🙂" });
 * run(marks, ["Well.", ".. a -", "> b :-)"]).join(""); // => "Well… a → b 🙂"
 *
 * const shout = replaceText("mill", (match) => match.toUpperCase(), { ignoreCase: true });
 * run(shout, ["Mill", "race"]).join(""); // => "MILLrace"
 * ```
 */
export function replaceText(
  replacements: Replacements,
  options?: ReplaceTextOptions,
): Stage<string, string>;
export function replaceText(
  literal: string,
  replacement: Replacement,
  options?: ReplaceTextOptions,
): Stage<string, string>;
export function replaceText(
  what: Replacements | string,
  second?: ReplaceTextOptions | Replacement,
  third?: ReplaceTextOptions,
): Stage<string, string> {
  return typeof what === "string"
    ? replaceAll([[what, second as Replacement]], third)
    : replaceAll(pairsOf(what), second as ReplaceTextOptions | undefined);
}

function replaceAll(
  pairs: readonly (readonly [string, Replacement])[],
  { ignoreCase = false }: ReplaceTextOptions = {},
): Stage<string, string> {
  const literals = pairs.map(([literal]) => literal);
  checkLiterals("replace text", literals);
  const found = automaton(literals, ignoreCase);
  return stage(
    (emit) => {
      const output = wholeCharacters(emit);
      const ready = holdText(); // what this chunk has brought so far
      const reader = literalReader(found, ignoreCase, (before, match, literal) => {
        ready.add(before);
        ready.add(replace(match, pairs[literal]![1]));
        return false;
      });

      function finish(): void {
        try {
          ready.add(reader.finish());
        } finally {
          output.finish(ready.take());
        }
      }

      return {
        push: (chunk) => output.put(ready.take(reader.read(chunk))),
        flush: finish,
        fail: finish,
      };
    },
    { cuttable: true },
  );
}

function pairsOf(replacements: Replacements): readonly (readonly [string, Replacement])[] {
  return Symbol.iterator in replacements
    ? Array.from(replacements as Iterable<readonly [string, Replacement]>)
    : Object.entries(replacements);
}
