import { isStageError, run } from "@millrace/core";
import { laws } from "@millrace/testing";
import { describe, expect, expectTypeOf, test } from "vitest";
import { answers } from "./answers.fixture.ts";
import type { Part, ToolCall, ToolInputState } from "./part.ts";
import type { StandardSchemaV1 } from "@millrace/core/standard-schema";
import { toolCalls } from "./tool-calls.ts";

function call(input: string, inputState: ToolInputState = "valid"): ToolCall {
  return { type: "tool-call", toolCallId: "c", toolName: "f", input, inputState };
}

/** `{ city }`, and nothing else. */
const place: StandardSchemaV1<unknown, { city: string }> = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value) =>
      typeof (value as { city?: unknown }).city === "string"
        ? { value: { city: (value as { city: string }).city.trim() } }
        : { issues: [{ message: "A city is missing", path: ["city"] }] },
  },
};

describe("toolCalls", () => {
  test("gives calls with their inputs parsed", () => {
    const parts: Part[] = [call('{"a":1}'), call(""), call("{free", "text")];
    expect(run(toolCalls(), parts).map(({ input }) => input)).toEqual([{ a: 1 }, {}, "{free"]);
  });

  test("keeps all else that is said about a call", () => {
    const about = { providerExecuted: true, approvalId: "a", providerMetadata: { p: { x: 1 } } };
    expect(run(toolCalls(), [{ ...call("{}"), ...about }])).toEqual([
      { toolCallId: "c", toolName: "f", input: {}, ...about },
    ]);
  });

  test.each<[string, ToolInputState, string]>([
    ['{"a":', "truncated", "incomplete"],
    ["{a}", "invalid", "parse"],
    ["{}", "valid", "validation"],
  ])("gives for %s, which is %s, an error in place of the input", (input, inputState, code) => {
    const [first, second] = run(toolCalls({ schema: place }), [
      call(input, inputState),
      call('{"city":" Ulm "}'),
    ]);
    expect(first).toMatchObject({ toolCallId: "c", toolName: "f", text: input });
    expect(isStageError(first?.error, code)).toBe(true);
    expect(first).not.toHaveProperty("input");
    expect(second).toEqual({ toolCallId: "c", toolName: "f", input: { city: "Ulm" } });
  });

  test("says where the call stood and what the schema said", () => {
    const parts: Part[] = [{ type: "raw", rawValue: 1 }, call("{}")];
    const [found] = run(toolCalls({ schema: place }), parts);
    expect(found?.error).toMatchObject({
      message: 'Cannot use the input of "f": A city is missing',
      offset: 1,
      issues: [{ message: "A city is missing", path: ["city"] }],
    });
  });

  test("knows the type of what a schema makes", () => {
    const [found] = run(toolCalls({ schema: place }), [call('{"city":"Ulm"}')]);
    if (found?.error === undefined)
      expectTypeOf(found?.input.city).toEqualTypeOf<string | undefined>();
    else expectTypeOf(found.text).toEqualTypeOf<string>();
  });

  test("refuses an asynchronous schema", () => {
    const slow: StandardSchemaV1 = {
      "~standard": {
        version: 1,
        vendor: "test",
        validate: () => Promise.reject(new Error("late")),
      },
    };
    expect(() => run(toolCalls({ schema: slow }), [call("{}")])).toThrow(TypeError);
  });

  test("gives those of one tool, or of another choice, when told", () => {
    const parts: Part[] = [call("1"), { ...call("2"), toolName: "g" }, { ...call("3"), choice: 1 }];
    expect(run(toolCalls({ name: "g" }), parts).map(({ input }) => input)).toEqual([2]);
    expect(run(toolCalls({ choice: 1 }), parts).map(({ input }) => input)).toEqual([3]);
  });

  test("writes no prototype", () => {
    const [found] = run(toolCalls(), [call('{"__proto__":{"polluted":1}}')]);
    expect(Object.keys(found?.input as object)).toEqual(["__proto__"]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test("keeps the laws", async () => {
    await laws("toolCalls", () => toolCalls(), { input: answers(), continuations: [[call("{}")]] });
  });
});
