import { stage, type Stage } from "@millrace/core";
import { parseJsonPath, selects } from "./json-path.ts";
import { CLOSE_ARRAY, CLOSE_OBJECT, COMMA, OPEN_ARRAY, skipSpace } from "./json/characters.ts";
import { jsonLimits } from "./json/limits.ts";
import { jsonReader } from "./json/reader.ts";
import { validateValue } from "./json/validate.ts";
import type { StandardSchemaV1 } from "@millrace/core/standard-schema";

/** What `paths: true` gives for an item. */
export interface JsonItem<T> {
  /** Where it stands, from the root: names and indexes. */
  path: (string | number)[];
  value: T;
}

export interface JsonItemsOptions<T = unknown> {
  /**
   * What items have to be: a schema of any library that keeps to the Standard Schema, a synchronous
   * one. What it makes of an item is what comes out.
   */
  validate?: StandardSchemaV1<unknown, T> | undefined;
  /** Items come with where they stand, as `{ path, value }`. Default `false`. */
  paths?: boolean;
  /** The longest item, in UTF-16 units. Default 16 MiB. */
  maxLength?: number;
  /** How deep containers may nest, those around an item included. Default 512. */
  maxDepth?: number;
}

/**
 * The values at a path of one JSON document, each as soon as it is complete, while the document
 * still streams.
 *
 * - **In / Out:** text cut anywhere; what `JSON.parse` gives for each value that the path selects, in
 *   the order of the document. The path is `$` and any of `.name`, `["name"]`, `[0]`, `[*]`, `.*`.
 * - **When:** an item with its last character; a number with the character behind it.
 * - **Limits:** `maxLength` for an item, or a name on the path; `maxDepth`. Nothing is kept of what
 *   was emitted, or not selected.
 * - **Errors:** the whole document must be one that `JSON.parse` accepts, what is not selected and
 *   what stands behind it included: a `ParseError` at the first character that no JSON can have
 *   there, or (`incomplete`) where the input ends early. In an item it may be found with the end of
 *   the item, or 1,024 units of it. A `LimitError` at the first unit over a limit; a
 *   `ValidationError` for an item that `validate` does not allow, a `TypeError` for a schema that is
 *   asynchronous; a `SyntaxError` for what is no path. Of a name that comes twice, both values count.
 * - **Cost:** that of `JSON.parse` and a search for its end, for an object, array or string; of one
 *   that comes in many chunks, what is longer than 1,024 units is scanned besides. What is not
 *   selected is only scanned.
 * - **Source:** RFC 8259; RFC 9535 for the path.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import { jsonItems } from "@millrace/parsers";
 *
 * const chunks = ['{"total":2,"items":[{"id"', ':1},{"id":2', "}]}"];
 * run(jsonItems("$.items[*]"), chunks); // => [{ id: 1 }, { id: 2 }]
 * run(jsonItems("$.items[*].id"), chunks); // => [1, 2]
 * run(jsonItems("$.*", { paths: true }), chunks)[0]; // => { path: ["total"], value: 2 }
 * ```
 */
export function jsonItems<T = unknown>(
  path: string,
  options: JsonItemsOptions<T> & { paths: true },
): Stage<string, JsonItem<T>>;
export function jsonItems<T = unknown>(
  path: string,
  options?: JsonItemsOptions<T> & { paths?: false },
): Stage<string, T>;
export function jsonItems(path: string, options: JsonItemsOptions = {}): Stage<string, unknown> {
  const { paths = false, validate, maxLength, maxDepth } = options;
  const limits = jsonLimits({
    stage: "jsonItems",
    action: "read JSON items",
    unit: "a value",
    maxLength,
    maxDepth,
  });
  const steps = parseJsonPath(path);
  return stage(
    (emit) => {
      const reader = jsonReader(limits);
      const { scanner } = reader;
      // The reader stops in containers on the path only. For each of them, outermost first: the name
      // or the index of the child that is read, or was read last.
      const keys: (string | number)[] = [];
      let onPath = true; // the value that comes next lies on the path
      let reading: "item" | "name" | "anything else" = "anything else";
      let surface = 0; // of what is read

      /** What begins next, in the innermost container on the path? */
      function begin(code: number): void {
        const depth = scanner.depth();
        reading = "anything else";
        surface = depth;
        if (scanner.expectsName()) {
          if (code !== CLOSE_OBJECT) reading = "name";
        } else if (onPath && scanner.expectsValue() && code !== CLOSE_ARRAY) {
          if (depth === steps.length) reading = "item";
          else surface++; // it is a container on the path, or there is nothing in it
        }
      }

      /** What has ended, in front of `at`? */
      function end(chunk: string, at: number): void {
        const code = chunk.charCodeAt(at - 1); // of a bracket or a comma, if it is one
        if (reading === "item") emitItem(at);
        else if (reading === "name") follow(reader.value() as string);
        else if (code === OPEN_ARRAY) follow(0);
        else if (code === COMMA && scanner.expectsValue()) {
          follow((keys[scanner.depth() - 1] as number) + 1);
        }
      }

      function follow(key: string | number): void {
        const level = scanner.depth() - 1;
        keys[level] = key;
        onPath = selects(steps[level], key);
      }

      function emitItem(end: number): void {
        let value = reader.value();
        if (validate === undefined && !paths) {
          emit(value);
          return;
        }
        const path = keys.slice(0, steps.length);
        if (validate !== undefined) {
          value = validateValue(validate, value, {
            ...limits,
            offset: reader.offset() + end,
            path,
          });
        }
        emit(paths ? { path, value } : value);
      }

      return {
        push(chunk) {
          let at = reader.isOpen() ? 0 : skipSpace(chunk, 0);
          while (at < chunk.length) {
            if (!reader.isOpen()) begin(chunk.charCodeAt(at));
            const to = reader.read(chunk, at, surface, reading !== "anything else");
            if (to === -1) break;
            end(chunk, to);
            at = skipSpace(chunk, to);
          }
          reader.pass(chunk);
        },
        flush() {
          if (reader.end()) emitItem(0);
        },
      };
    },
    { cuttable: true },
  );
}
