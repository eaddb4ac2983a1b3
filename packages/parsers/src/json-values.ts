import { stage, type Stage } from "@millrace/core";
import { proseMachine } from "./json-values/prose.ts";
import { strictMachine } from "./json-values/strict.ts";
import { jsonLimits } from "./json/limits.ts";

/** What `prose: true` gives: a value, or a piece of the text around values. */
export type JsonOrText<T> = { value: T; text?: never } | { text: string; value?: never };

export interface JsonValuesOptions {
  /**
   * The values stand amid text, which comes out too: `{ value }` and `{ text }`. Default `false`:
   * whatever is not JSON ends the stream.
   */
  prose?: boolean;
  /** The longest value, in UTF-16 units. Default 16 MiB. */
  maxLength?: number;
  /** How deep containers may nest. Default 512. */
  maxDepth?: number;
}

/**
 * The complete values in a text of many: concatenated, one a line, in a sequence, or, with `prose`,
 * amid text of any kind.
 *
 * - **In / Out:** text cut anywhere; what `JSON.parse` gives for each value. Between values may stand
 *   space and record separators, or nothing where they can be told apart; a byte order mark at the
 *   start is skipped.
 * - **With `prose`:** objects, and arrays that hold an object or an array, come out as `{ value }`;
 *   all else, as `{ text }`: joined, and with the values in their places, nothing is missing. Where
 *   `{` or `[` begins something that turns out not to be such a value, it is text up to there, and is
 *   not searched again.
 * - **When:** a value with its last character; a number with the one behind it. Text at once, but for
 *   half of a surrogate pair and for what begins as a value: `{see below}` is text from the `s` on.
 * - **Limits:** `maxLength`, `maxDepth`. In prose, what nests deeper is text up to the bracket that is
 *   one too many, and that one may begin a value.
 * - **Errors:** without `prose` a `ParseError` at the first character that no JSON can have there, or
 *   (`incomplete`) at the end of the input; in a sequence also where a number may have been cut. It may
 *   be found with the end of its value, or 1,024 units of it. A `LimitError` at the first unit over a
 *   limit. In prose, what is held comes out as text before the end, whatever it is.
 * - **Cost:** that of `JSON.parse` and a search for its end, for an object, array or string; of one
 *   that comes in many chunks, what is longer than 1,024 units is scanned besides, and so is all JSON
 *   in prose. Text costs a regular expression's search for a bracket.
 * - **Source:** RFC 8259; RFC 7464 for sequences.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import { jsonValues } from "@millrace/parsers";
 *
 * run(jsonValues(), ['{"a":1}{"a"', ':2}\n[3] "four" 5']); // => [{ a: 1 }, { a: 2 }, [3], "four", 5]
 *
 * const answer = ['Here {as asked}: {"ok":"}', '"}. [1]'];
 * run(jsonValues({ prose: true }), answer); // => [{ text: "Here {as asked}: " }, { value: { ok: "}" } }, { text: ". [1]" }]
 * ```
 */
export function jsonValues<T = unknown>(
  options: JsonValuesOptions & { prose: true },
): Stage<string, JsonOrText<T>>;
export function jsonValues<T = unknown>(
  options?: JsonValuesOptions & { prose?: false },
): Stage<string, T>;
export function jsonValues(options: JsonValuesOptions = {}): Stage<string, unknown> {
  const limits = jsonLimits({
    stage: "jsonValues",
    action: "read JSON values",
    unit: "a value",
    maxLength: options.maxLength,
    maxDepth: options.maxDepth,
  });
  const machine = options.prose === true ? proseMachine : strictMachine;
  return stage((emit) => machine(limits, emit), { cuttable: true });
}
