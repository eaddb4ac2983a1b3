import { stage, type Stage } from "@millrace/core";
import type { Part } from "./part.ts";
import { readToolCall, type ReadToolCall } from "./read-tool-call.ts";
import type { StandardSchemaV1 } from "@millrace/core/standard-schema";

export interface ToolCallsOptions<T = unknown> {
  /** Calls of this tool only. */
  name?: string;
  /**
   * What inputs have to be: a schema of any library that keeps to the Standard Schema, a synchronous
   * one. What it makes of an input is what comes out.
   */
  schema?: StandardSchemaV1<unknown, T>;
  /** Which of several answers. Default 0. */
  choice?: number;
}

/**
 * The calls of an answer, their inputs parsed.
 *
 * - **In / Out:** parts; for each call its `toolCallId`, `toolName` and `input`: what `JSON.parse`
 *   gives, `{}` where the model wrote nothing, text where the tool takes text. Instead of an `input`
 *   that cannot be used there is an `error`, and the `text` as it came.
 * - **When:** a call at once.
 * - **Limits:** what has been emitted stays, also when a `reset` takes it back.
 * - **Errors:** input that broke off (`incomplete`), is no JSON (`parse`) or not what the schema allows
 *   (`validation`) is a value with a `ToolInputError`. An asynchronous schema is a `TypeError`.
 * - **Cost:** that of `JSON.parse` and the schema a call.
 * - **Source:** the Standard Schema specification, version 1.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import { toolCalls, type Part } from "@millrace/parts";
 *
 * const parts: Part[] = [
 *   { type: "tool-call", toolCallId: "a", toolName: "f", input: '{"x":1}', inputState: "valid" },
 *   { type: "tool-call", toolCallId: "b", toolName: "f", input: '{"x":', inputState: "truncated" },
 * ];
 * const [good, bad] = run(toolCalls(), parts);
 * good; // => { toolCallId: "a", toolName: "f", input: { x: 1 } }
 * bad?.error?.code; // => "incomplete"
 * bad?.text; // => '{"x":'
 * ```
 */
export function toolCalls<T = unknown>(
  options: ToolCallsOptions<T> = {},
): Stage<Part, ReadToolCall<T>> {
  const { name, schema, choice = 0 } = options;
  return stage((emit) => {
    let offset = 0;
    return {
      push(part) {
        const at = offset++;
        if (part.type !== "tool-call" || (part.choice ?? 0) !== choice) return;
        if (name === undefined || part.toolName === name) emit(readToolCall(part, at, schema));
      },
    };
  });
}
