import type { StageError } from "@millrace/core";
import { parseJsonPath, selects } from "../json-path.ts";
import type { StandardSchemaIssue, StandardSchemaV1 } from "../standard-schema.ts";
import { pathTo } from "./frame.ts";
import type { Check } from "./tree.ts";

/** A schema for the document, or schemas by the paths of what they are for. */
export type JsonValidation<T> =
  StandardSchemaV1<T, unknown> | { readonly [path: string]: StandardSchemaV1 };

export interface ValidationErrorOptions {
  stage: string;
  offset: number;
  path: readonly (string | number)[];
  issues: readonly StandardSchemaIssue[];
}

/** A value that is well-formed is not what its schema asks for. */
export class ValidationError extends Error implements StageError {
  override readonly name = "ValidationError";
  readonly code = "validation";
  readonly stage: string;
  /** Where the value ends. */
  readonly offset: number;
  /** Of the value, from the root of the document. */
  readonly path: readonly (string | number)[];
  /** Their paths begin at the value. */
  readonly issues: readonly StandardSchemaIssue[];

  constructor(message: string, { stage, offset, path, issues }: ValidationErrorOptions) {
    super(message);
    this.stage = stage;
    this.offset = offset;
    this.path = path;
    this.issues = issues;
  }
}

/** Makes what throws when a value is whole that its schema refuses. */
export function checkValues(
  stage: string,
  action: string,
  validation: JsonValidation<unknown>,
): Check {
  const schemas = isSchema(validation)
    ? [{ path: [], schema: validation }]
    : Object.entries(validation).map(([path, schema]) => ({ path: parseJsonPath(path), schema }));

  return (value, innermost, end) => {
    const depth = innermost === undefined ? 0 : innermost.depth + 1;
    for (const { path, schema } of schemas) {
      if (path.length !== depth) continue;
      const place = pathTo(innermost);
      if (!path.every((selector, at) => selects(selector, place[at]!))) continue;
      const result = schema["~standard"].validate(value);
      if ("then" in result) {
        throw new TypeError(
          `Cannot ${action}: a schema that validates asynchronously belongs into mapAsync, behind this stage`,
        );
      }
      const { issues } = result;
      if (issues === undefined) continue;
      const message = `Cannot ${action}: ${issues[0]?.message ?? "invalid value"}`;
      throw new ValidationError(message, { stage, offset: end, path: place, issues });
    }
  };
}

function isSchema(validation: JsonValidation<unknown>): validation is StandardSchemaV1 {
  return "~standard" in validation;
}
