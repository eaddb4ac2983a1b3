import { ValidationError } from "../partial-json/check-json.ts";
import type { StandardSchemaV1 } from "@millrace/core/standard-schema";

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
    throw new TypeError(
      `Cannot ${action}: an asynchronous schema belongs into mapAsync, behind ${stage}`,
    );
  }
  const { issues } = result;
  if (issues === undefined) return result.value;
  const message = `Cannot ${action}: ${issues[0]?.message ?? "invalid value"}`;
  throw new ValidationError(message, { stage, offset, path, issues });
}
