import { stage, type Emit, type Stage } from "@millrace/core";
import { jsonLimits } from "./json/limits.ts";
import { reportChanges, type JsonChange } from "./partial-json/changes.ts";
import type { JsonCheck } from "./partial-json/check-json.ts";
import type { Draft } from "./partial-json/draft.ts";
import { readJson, type ReadingOptions } from "./partial-json/reader.ts";
import type { Sink } from "./partial-json/sink.ts";
import { ACTION, STAGE } from "./partial-json/stage-name.ts";
import { growTree } from "./partial-json/tree.ts";

export interface PartialJsonOptions<T = unknown> extends ReadingOptions {
  /**
   * All drafts have the same growing value, instead of each its own: nothing is copied, and what a
   * draft shows changes. Default `false`.
   */
  live?: boolean;
  /** What happens to the document comes out, with paths, instead of drafts. Default `false`. */
  changes?: boolean;
  /** What values have to be: `checkJson(schema)`. Default: anything. */
  validate?: JsonCheck<T>;
  /** The longest input, in UTF-16 units. Default 16 MiB. */
  maxLength?: number;
  /** How deep containers may nest. Default 512. */
  maxDepth?: number;
}

/**
 * The growing value of one JSON document, while it streams.
 *
 * - **In / Out:** text cut anywhere; at most one draft a chunk, none if nothing has changed. Strings
 *   grow, numbers and literals appear when they are whole, members with the beginning of their
 *   values. A draft keeps the value that it came with: read it when you like, or never. Finished
 *   parts are the same objects in all drafts, so `===` tells what may have changed; change nothing
 *   in them. With `changes`, one `JsonChange` each instead.
 * - **When:** all that has come, but for half an escape or surrogate pair, and names without a value.
 *   `complete` with the last bracket or quote; a number that is the whole document, at the end.
 * - **Limits:** `maxLength`, `maxDepth`.
 * - **Errors:** a `ParseError` at the first character that `JSON.parse` would not take, behind a draft
 *   of all before it; with the code `incomplete` at the end of input that ends inside the document. Of
 *   input that is empty, as of a model that made no such call, nothing comes, and no error.
 *   A `LimitError` at the first unit over a limit. A `ValidationError` with `issues` and `path` where
 *   a value ends that its schema refuses; a `TypeError` for a schema that is asynchronous. When the
 *   source fails, changes close what is open as not complete.
 * - **Cost:** one look at each character. A draft costs a copy of the containers that are open; where
 *   that is much, as with 512 elements or 32 members, it is made when `value` is first read, and a
 *   reader of one is taken for a reader of the next 63 too. A change costs its path.
 * - **Source:** RFC 8259, read as `JSON.parse` does: the last of repeated names counts, `__proto__`
 *   is a name like others, and numbers are rounded.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import { partialJson } from "@millrace/parsers";
 *
 * const chunks = ['{"name":"Bre', 'ad","steps":["Mix', '"]}'];
 * for (const draft of run(partialJson<{ name: string; steps: string[] }>(), chunks)) {
 *   console.log(draft.complete ? draft.value.steps.length : draft.value.name); // => "Bre", "Bread", 1
 * }
 * const changes = run(partialJson({ changes: true }), ['["a', 'b"]']);
 * changes.map(({ type }) => type); // => ["open", "open", "append", "append", "close", "close"]
 * ```
 */
export function partialJson<T = unknown>(
  options: PartialJsonOptions<T> & { changes: true },
): Stage<string, JsonChange>;
export function partialJson<T = unknown>(
  options?: PartialJsonOptions<T> & { changes?: false },
): Stage<string, Draft<T>>;
export function partialJson<T = unknown>(
  options: PartialJsonOptions<T>,
): Stage<string, Draft<T> | JsonChange>;
export function partialJson<T = unknown>(
  options: PartialJsonOptions<T> = {},
): Stage<string, Draft<T> | JsonChange> {
  const { changes, live = false, validate } = options;
  const limits = jsonLimits({ stage: STAGE, action: ACTION, unit: "the document", ...options });

  function sinkTo(emit: Emit<Draft<unknown> | JsonChange>): Sink {
    if (changes !== true) return growTree(emit, { checkValue: validate?.checkValue, live });
    const report = reportChanges(emit);
    return validate?.checkChanges(report) ?? report;
  }

  return stage<string, Draft<unknown> | JsonChange>(
    (emit) => readJson(sinkTo(emit), limits, options),
    { cuttable: true },
  ) as Stage<string, Draft<T> | JsonChange>;
}
