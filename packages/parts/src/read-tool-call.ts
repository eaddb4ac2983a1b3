import type { StageError } from "@millrace/core";
import type { ToolCall } from "./part.ts";
import type { StandardSchemaIssue, StandardSchemaV1 } from "@millrace/core/standard-schema";
import { without } from "./without.ts";

const STAGE = "toolCalls";

/** A call with its input as a value, or with what is wrong about it. */
export type ReadToolCall<T = unknown> = ToolCallFields &
  (
    | { input: T; error?: undefined; text?: undefined }
    | {
        error: ToolInputError;
        /** The input as the model wrote it. */
        text: string;
        input?: undefined;
      }
  );

/** What a call is, besides its input. */
export type ToolCallFields = Omit<ToolCall, "type" | "choice" | "input" | "inputState">;

export interface ToolInputErrorOptions {
  /** `incomplete`: it broke off. `parse`: it is no JSON. `validation`: it is not what was asked for. */
  code: "incomplete" | "parse" | "validation";
  /** Parts before the call. */
  offset: number;
  issues?: readonly StandardSchemaIssue[] | undefined;
}

/** The input of a call cannot be used. It is a value: the answer goes on. */
export class ToolInputError extends Error implements StageError {
  override readonly name = "ToolInputError";
  readonly stage: string = STAGE;
  readonly code: ToolInputErrorOptions["code"];
  readonly offset: number;
  /** Of the schema. */
  readonly issues: readonly StandardSchemaIssue[];

  constructor(message: string, { code, offset, issues = [] }: ToolInputErrorOptions) {
    super(message);
    this.code = code;
    this.offset = offset;
    this.issues = issues;
  }
}

/** @param offset parts before the call */
export function readToolCall<T>(
  call: ToolCall,
  offset: number,
  schema?: StandardSchemaV1<unknown, T>,
): ReadToolCall<T> {
  const { input: text, inputState } = call;
  const fields: ToolCallFields = without(call, "type", "choice", "input", "inputState");

  function spoilt(
    what: string,
    code: ToolInputErrorOptions["code"],
    issues?: readonly StandardSchemaIssue[],
  ): ReadToolCall<T> {
    const message = `Cannot use the input of "${fields.toolName}": ${what}`;
    return { ...fields, error: new ToolInputError(message, { code, offset, issues }), text };
  }

  if (inputState === "truncated") return spoilt("it broke off", "incomplete");
  let input: unknown = text;
  if (inputState !== "text") {
    try {
      input = text === "" ? {} : JSON.parse(text);
    } catch {
      return spoilt("it is no JSON", "parse");
    }
  }
  if (schema === undefined) return { ...fields, input: input as T };
  const result = schema["~standard"].validate(input);
  if ("then" in result) {
    Promise.resolve(result).catch(() => undefined); // nobody else hears of its failure
    throw new TypeError(
      `Cannot read tool calls: an asynchronous schema belongs in mapAsync, behind ${STAGE}`,
    );
  }
  if (result.issues === undefined) return { ...fields, input: result.value };
  return spoilt(result.issues[0]?.message ?? "invalid value", "validation", result.issues);
}
