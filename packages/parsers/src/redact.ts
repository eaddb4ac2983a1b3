import { stage, type Stage } from "@millrace/core";
import { unitLimit } from "@millrace/core/text";
import { automaton } from "./literals/automaton.ts";
import { checkLiterals } from "./literals/check-literals.ts";
import type { Replacement } from "./literals/replacement.ts";
import { literalFinder, patternFinder } from "./redact/finder.ts";
import { redactionMachine, type Redaction, type Rule } from "./redact/machine.ts";
import { pattern } from "./redact/pattern.ts";

const REPLACEMENT = "[redacted]";

/** What is to be redacted, with a replacement or a longest match of its own. */
export interface RedactRule {
  match: string | RegExp;
  /** Default: that of the options. */
  replacement?: Replacement;
  /** Default: that of the options, or what the regular expression itself cannot exceed. */
  maxMatch?: number;
}

export interface RedactOptions {
  /**
   * What stands in place of a match: this text, or what a function makes of it. Default `"[redacted]"`.
   * Of a match that is too long, or that the end of the text cuts off, a function gets the beginning:
   * what it shows of its end is then from the middle.
   */
  replacement?: Replacement;
  /** The longest match of a regular expression, in UTF-16 units; needed if it has none by itself. */
  maxMatch?: number;
  /**
   * What a match beyond `maxMatch` does, or one that may grow beyond it: end the stream with an error,
   * or be redacted as far as it goes on. Default `"error"`.
   */
  overflow?: "error" | "redact";
  /**
   * What becomes of a match that has begun when the text ends: it is kept, since it is none, or
   * redacted. Default: kept when the text ends, redacted when its source fails.
   */
  unfinished?: "keep" | "redact";
  /** Case does not count in strings, as with the flag `i` of a regular expression. Default `false`. */
  ignoreCase?: boolean;
}

/**
 * Text without what must not get out: secrets, names, numbers. Nothing of a match leaks, wherever it
 * is cut.
 *
 * - **In / Out:** text cut anywhere; the same with the replacements, at most one piece a chunk.
 * - **What is redacted:** at each place in turn, the longest of what the strings and the regular
 *   expressions match there, of equally long ones the first; then the text goes on behind it. A match
 *   of nothing is none. What came in by a replacement is not searched.
 * - **Regular expressions** are tried on `maxMatch` units and one more, wherever the text is cut. They
 *   cannot look around: `^`, `$`, `\b`, `\B`, `(?=`, `(?!`, `(?<=`, `(?<!` and the flags `m` and `y`
 *   are refused; `d` and `g` say nothing here.
 * - **When:** at once, but for the end of the text from where a match may have begun, or may go on,
 *   and a surrogate half whose other half may follow. With back references in a regular expression,
 *   and with strings in its classes (flag `v`), up to `maxMatch` units are held whatever they are, and
 *   what fits into them counts as the whole match.
 * - **Limits:** a match of a regular expression has `maxMatch` units at most. One that needs more
 *   before it matches at all is not found.
 * - **Errors:** a `LimitError` at the first unit over the limit, behind the replacement of the match,
 *   also if only more text could tell whether the match ends before. With `overflow: "redact"`, the
 *   match instead goes on as long as its first `maxMatch` units, with the unit in question behind
 *   them, may be of a match. A `TypeError` for a regular expression that is not possible,
 *   a `RangeError` for an empty string. When the source fails, a match that has begun is redacted.
 * - **Cost:** strings cost as in `replaceText`, and each chunk a copy of what is held. A regular expression
 *   costs at each place what it costs on `maxMatch` units, a few times over, and is tried anew with each
 *   chunk where it is not decided; where nothing can begin, as much as a search. One that backtracks
 *   without end by itself, as `(a+)+b` does, is as slow here.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import { redact } from "@millrace/parsers";
 *
 * run(redact(["hunter2", "swordfish"]), ["It is hun", "ter2."]).join(""); // => "It is [redacted]."
 *
 * const keys = redact(/sk-[\w-]{20,}/, { maxMatch: 200, overflow: "redact" });
 * run(keys, ["key: sk-", "x".repeat(50), ", ok"]).join(""); // => "key: [redacted], ok"
 *
 * const personal = redact([
 *   { match: /\d{4}(?:[ -]?\d{4}){3}/, replacement: (digits) => `•••• ${digits.slice(-4)}` },
 *   { match: /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/, maxMatch: 254, replacement: "[email]" },
 * ]);
 * run(personal, ["4242 4242 4242 ", "4242, me@mill.example"]).join(""); // => "•••• 4242, [email]"
 * ```
 */
export function redact(
  what: string | RegExp | RedactRule | Iterable<string | RegExp | RedactRule>,
  options: RedactOptions = {},
): Stage<string, string> {
  const { ignoreCase = false, unfinished } = options;
  const given = rulesOf(what);
  const rules = given.map((rule) => ready(rule, options));
  const literals: string[] = [];
  const literalRules: number[] = [];
  given.forEach(({ match }, index) => {
    if (typeof match !== "string") return;
    literals.push(match);
    literalRules.push(index);
  });
  checkLiterals("redact", literals);
  const found = automaton(literals, ignoreCase);
  const redaction: Redaction = {
    rules,
    finders: () => [
      literalFinder(found, literalRules),
      ...rules.flatMap(({ pattern, maxMatch }, index) =>
        pattern === undefined ? [] : [patternFinder(pattern, maxMatch, index)],
      ),
    ],
    redactsHeld: (failed) => (unfinished === undefined ? failed : unfinished === "redact"),
  };
  return stage((emit) => redactionMachine(redaction, emit), { cuttable: true });
}

function rulesOf(what: Parameters<typeof redact>[0]): RedactRule[] {
  const all = typeof what === "object" && Symbol.iterator in what ? Array.from(what) : [what];
  return all.map((one) =>
    typeof one === "string" || one instanceof RegExp ? { match: one } : one,
  );
}

function ready(rule: RedactRule, options: RedactOptions): Rule {
  const { replacement = options.replacement ?? REPLACEMENT, match } = rule;
  if (typeof match === "string") {
    return { replacement, pattern: undefined, maxMatch: Infinity, tooLong: undefined };
  }
  const made = pattern(match);
  const maxMatch = Math.floor(
    rule.maxMatch ?? Math.min(options.maxMatch ?? Infinity, made.longest),
  );
  if (maxMatch === Infinity) {
    throw new TypeError(`Cannot redact ${String(match)}: its longest match needs a maxMatch`);
  }
  const tooLong = unitLimit({
    stage: "redact",
    action: "redact",
    unit: "a match",
    option: "maxMatch",
    max: maxMatch,
  });
  return {
    replacement,
    pattern: made,
    maxMatch,
    tooLong: options.overflow === "redact" ? undefined : tooLong,
  };
}
