import { parseJsonPath, selects } from "../json-path.ts";
import { validateValue } from "../json/validate.ts";
import type { StandardSchemaV1 } from "@millrace/core/standard-schema";
import { pathTo, type Frame } from "./frame.ts";
import type { Sink } from "./sink.ts";
import { ACTION, STAGE } from "./stage-name.ts";
import { growTree, type CheckValue } from "./tree.ts";

/** For `partialJson({ validate })`. */
export interface JsonCheck<T = unknown> {
  /** For the type checker only. */
  readonly type?: T;
  readonly checkValue: CheckValue;
  /** Has values checked though only changes of them are reported. */
  readonly checkChanges: (changes: Sink) => Sink;
}

/**
 * What values have to be, by schemas of any library that keeps to the Standard Schema: one for the
 * document, or several by the paths of what they are for. Each value is checked as soon as it is
 * whole. What a schema makes of a value is dropped, for values never change their type while they
 * grow: let `map` do that, behind `partialJson`.
 *
 * - **Errors:** a `SyntaxError` for what is no path.
 * - **Cost:** beside that of the schemas, finding and comparing the path of each value that is as deep as
 *   one of the paths.
 * - **Source:** the Standard Schema specification, version 1.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import type { StandardSchemaV1 } from "@millrace/core/standard-schema";
 * import { checkJson, partialJson } from "@millrace/parsers";
 *
 * // With zod: const positive = z.number().positive();
 * const positive: StandardSchemaV1<number> = {
 *   "~standard": {
 *     version: 1,
 *     vendor: "mine",
 *     validate: (value) =>
 *       Number(value) > 0 ? { value: Number(value) } : { issues: [{ message: "Not positive" }] },
 *   },
 * };
 * const validate = checkJson({ "$.items[*]": positive });
 * try {
 *   run(partialJson({ validate }), ['{"items":[1,-2,', "3]}"]);
 * } catch (error) {
 *   console.log((error as Error).message); // => "Cannot read JSON: Not positive"
 * }
 * ```
 */
export function checkJson<T = unknown>(
  given: StandardSchemaV1<T, unknown> | { readonly [path: string]: StandardSchemaV1 },
): JsonCheck<T> {
  const schemas = isSchema(given)
    ? [{ path: [], schema: given }]
    : Object.entries(given).map(([path, schema]) => ({ path: parseJsonPath(path), schema }));

  function checkValue(value: unknown, innermost: Frame | undefined, end: number): void {
    const depth = innermost?.depth ?? 0;
    let place: (string | number)[] | undefined; // finding it takes a step for each container
    for (const { path, schema } of schemas) {
      if (path.length !== depth) continue;
      place ??= pathTo(innermost);
      const keys = place;
      if (!path.every((selector, at) => selects(selector, keys[at]!))) continue;
      validateValue(schema, value, { stage: STAGE, action: ACTION, offset: end, path: place });
    }
  }

  return { checkValue, checkChanges: (changes) => checkedChanges(changes, checkValue) };
}

function isSchema(given: object): given is StandardSchemaV1 {
  return "~standard" in given;
}

/** Grows a tree besides, to have something to check. */
function checkedChanges(changes: Sink, checkValue: CheckValue): Sink {
  const tree = growTree(() => undefined, { checkValue, live: true });
  return {
    name(name) {
      tree.name(name);
      changes.name(name);
    },
    open(isArray) {
      tree.open(isArray);
      changes.open(isArray);
    },
    close(end) {
      tree.close(end);
      changes.close(end);
    },
    value(value, end) {
      tree.value(value, end);
      changes.value(value, end);
    },
    show(value) {
      changes.show(value);
    },
    append(piece) {
      tree.append(piece);
      changes.append(piece);
    },
    endText(end) {
      tree.endText(end);
      changes.endText(end);
    },
    settle() {
      changes.settle();
    },
    abort() {
      changes.abort?.();
    },
  };
}
