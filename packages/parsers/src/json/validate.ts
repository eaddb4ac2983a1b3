import type { StageError } from "@millrace/core";
import type { StandardSchemaIssue, StandardSchemaV1 } from "@millrace/core/standard-schema";

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

export interface ValidatedAt {
  stage: string;
  action: string;
  /** Where the value ends. */
  offset: number;
  path: readonly (string | number)[];
}

/** What a schema makes of a value; throws a `ValidationError` for one that it does not allow. */
export function validateValue<T>(
  schema: StandardSchemaV1<unknown, T>,
  value: unknown,
  { stage, action, offset, path }: ValidatedAt,
): T {
  const result = schema["~standard"].validate(value);
  if ("then" in result) {
    Promise.resolve(result).catch(() => undefined); // nobody else hears of its failure
    throw new TypeError(
      `Cannot ${action}: an asynchronous schema belongs in mapAsync, behind ${stage}`,
    );
  }
  const { issues } = result;
  if (issues === undefined) return result.value;
  const message = `Cannot ${action}: ${issues[0]?.message ?? "invalid value"}`;
  throw new ValidationError(message, { stage, offset, path, issues });
}
