import { stage, type Stage } from "@millrace/core";
import { tagRules } from "./tags/rules.ts";
import { tagMachine } from "./tags/machine.ts";

/** By name. Without a prototype: what was not written is `undefined`, whatever it is called. */
export type TagAttributes = Readonly<Record<string, string | undefined>>;

/** Text outside of all sections, which never waits for an end, or a piece of a section. */
export type TagPiece<Name extends string = string> =
  | { tag?: undefined; attributes?: undefined; text: string; complete: true }
  | {
      tag: Name;
      /** Those of the opening tag, if it has any: the same object in every piece of the section. */
      attributes?: TagAttributes;
      text: string;
      /** This is the last piece of its section, which has been closed. */
      complete: boolean;
    };

/** What a section stands between, where that is not a pair of tags. */
export interface TagDelimiters<Name extends string = string> {
  /** What the section is to be called. */
  tag: Name;
  open: string;
  /** What closes it; of several, whichever comes. */
  close: string | readonly string[];
}

export interface TagsOptions<Name extends string = string> {
  /** The text begins in this section; an opening tag there may be missing, and may not. */
  startInside?: Name | undefined;
  /**
   * Case does not count in names and delimiters, as with the flag `i` of a regular expression.
   * Default `false`.
   */
  ignoreCase?: boolean;
  /** A section that holds its own opening tag goes on behind the next closing tag. Default `false`. */
  nested?: boolean;
  /** What stands in Markdown's code spans and fenced blocks is text. Default `false`. */
  codeAware?: boolean;
  /** The white space around sections is left out. Default `false`. */
  trim?: boolean;
  /** The longest tag, in UTF-16 units; what is longer is text. Default 16 KiB. */
  maxTagLength?: number;
}

/**
 * Sections of a text that stand between tags, as in `<think>…</think>`, and the text around them.
 *
 * - **In / Out:** text cut anywhere; pieces of text, those of a section with its `tag`. The last piece
 *   of a section is `complete`; a section that is not closed ends without such a piece.
 * - **What a tag is:** `<name>`, with attributes as in HTML: `a="b"`, `a='b'`, `a=b` or `a`, the first
 *   of each name counts, `&amp;`, `&lt;`, `&gt;`, `&quot;`, `&apos;` and numbers (`&#65;`) are decoded.
 *   `<name/>` is a section without text; here a `/` before the `>` is never part of a value. In a
 *   section all is text but its own closing tag, `</name>`; outside, a closing tag is text too. So
 *   is what looks like a tag up to the unit that it cannot have. Text is not decoded.
 * - **When:** every unit as soon as it cannot belong to a tag, the beginning and the end of a section
 *   with the last unit of their tags, in a piece without text if need be. With `nested`, an opening
 *   tag in a section when it is whole. Half of a surrogate pair waits for the other.
 * - **Code:** with `codeAware`, a span begins with backticks and ends with as many or with its line;
 *   a fenced block begins with a line of three or more backticks or tildes and ends with a line of as
 *   many; both may be indented, or quoted with `>`. Each section is a text of its own, and so is all
 *   that stands outside. Nothing is known of code by indentation, of `\\` and of HTML.
 * - **Trim:** the white space at both ends of a section, and behind one that begins a line; that
 *   before it stays. A run of more than `maxTagLength` is text.
 * - **Limits:** `maxTagLength` counts a tag from `<` to `>`; what grows beyond it is text.
 * - **Errors:** none of its own. When the source fails, what is held comes out before the error.
 * - **Cost:** an `indexOf` and a `slice` a tag; with several first units of delimiters, or with
 *   `codeAware`, a regular expression. Units of a tag are read one by one, most of them once.
 * - **Source:** HTML standard, 13.1.2.1 to 13.1.2.3, start tags, end tags and attributes.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import { tags } from "@millrace/parsers";
 *
 * for (const { tag, text } of run(tags("think"), ["Hm. <thi", "nk>Why", "?</think> Yes."])) {
 *   console.log([tag, text]); // => [undefined, "Hm. "], ["think", "Why"], ["think", "?"], [undefined, " Yes."]
 * }
 * run(tags(["file", "search"]), ['<search q="a b"/>', "<file", " path=a.ts>"]); // => [{ tag: "search", attributes: { q: "a b" }, text: "", complete: true }, { tag: "file", attributes: { path: "a.ts" }, text: "", complete: false }]
 * run(tags({ tag: "think", open: "[THINK]", close: "[/THINK]" }, { startInside: "think" }), ["So.[/THINK]"]); // => [{ tag: "think", text: "So.", complete: true }]
 * ```
 */
export function tags<const Name extends string>(
  names: Name | TagDelimiters<Name> | readonly (Name | TagDelimiters<Name>)[],
  options: TagsOptions<NoInfer<Name>> = {},
): Stage<string, TagPiece<Name>> {
  const none: (Name | TagDelimiters<Name>)[] = [];
  const rules = tagRules(none.concat(names), options);
  return stage((emit) => tagMachine(rules, emit), { cuttable: true });
}
