import { describe, expect, test } from "vitest";
import { calls, DONE, fn, lines, said, says, stops } from "./chat.fixture.ts";

/** Only the calls. */
function toolLines(...events: unknown[]): string[] {
  return lines(...events, stops("tool_calls"), DONE).filter((line) => line.startsWith("call"));
}

describe("the pieces of tool calls belong together", () => {
  test.each<[string, unknown[], string[]]>([
    [
      "several by index, interleaved, sparse and starting anywhere",
      [
        calls({ index: 1, id: "a", ...fn("f", "{") }, { index: 7, id: "b", ...fn("g", "[") }),
        calls({ index: 7, ...fn(undefined, "]") }),
        calls({ index: 1, ...fn(undefined, "}") }),
      ],
      ["call a f {} valid", "call b g [] valid"],
    ],
    [
      "whole ones without index",
      [calls({ id: "a", ...fn("f", "{}") }, { id: "b", ...fn("g", "{}") })],
      ["call a f {} valid", "call b g {} valid"],
    ],
    [
      "pieces without index, by id or by nothing",
      [
        calls({ id: "a", ...fn("f", '{"x"') }),
        calls({ ...fn("", ":1") }),
        calls({ id: "a", ...fn(null, "}") }),
        calls({ id: "b", ...fn("g", "{") }),
        calls({ index: null, id: null, ...fn(null, "}") }),
      ],
      ['call a f {"x":1} valid', "call b g {} valid"],
    ],
    [
      "several that all have index 0, with ids",
      [
        calls({ index: 0, id: "a", ...fn("f", "{}") }),
        calls({ index: 0, id: "b", ...fn("g", "") }),
        calls({ index: 0, ...fn(undefined, "{}") }),
      ],
      ["call a f {} valid", "call b g {} valid"],
    ],
    [
      "several that all have index 0, without ids",
      [
        calls({ index: 0, id: "", ...fn("f", '{"x":1}') }),
        calls({ index: 0, id: "", ...fn("f", '{"x":2}') }),
      ],
      ['call tool-0 f {"x":1} valid', 'call tool-1 f {"x":2} valid'],
    ],
    [
      "several that all have index 0, without ids or input, at once",
      [calls({ index: 0, ...fn("f", "") }, { index: 0, ...fn("g", "") })],
      ["call tool-0 f  valid", "call tool-1 g  valid"],
    ],
    [
      "without index and id",
      [calls({ id: "", ...fn("f", "{}") }), calls({ id: "null", ...fn("g", "{}") })],
      ["call tool-0 f {} valid", "call tool-1 g {} valid"],
    ],
    [
      "with ids that repeat",
      [calls({ index: 0, id: "x", ...fn("f", "{}") }, { index: 1, id: "x", ...fn("g", "{}") })],
      ["call x f {} valid", "call tool-0 g {} valid"],
    ],
    [
      "with ids that rotate",
      [
        calls({ index: 0, id: "a", ...fn("f", "{") }),
        calls({ index: 0, id: "b", ...fn(undefined, '"x"') }),
        calls({ index: 0, id: "c", ...fn(undefined, ":1}") }),
      ],
      ['call a f {"x":1} valid'],
    ],
    [
      "with an id that is late",
      [
        calls({ index: 0, ...fn("f", "") }),
        calls({ index: 0, id: "late", ...fn(undefined, "{}") }),
      ],
      ["call late f {} valid"],
    ],
    [
      "with an id that is too late",
      [
        calls({ index: 0, ...fn("f", "{") }),
        calls({ index: 0, id: "late", ...fn(undefined, "}") }),
      ],
      ["call tool-0 f {} valid"],
    ],
    [
      "with ids that are like ours",
      [
        says("x"),
        calls({ index: 0, id: "text-0", ...fn("f", "{}") }),
        calls({ index: 1, id: "srv-1", ...fn("g", "{}") }),
        calls({ index: 2, id: "tool-1", ...fn("h", "{}") }),
        calls({ index: 3, ...fn("i", "{}") }),
      ],
      [
        "call tool-0 f {} valid",
        "call srv-1 g {} valid",
        "call tool-1 h {} valid",
        "call tool-2 i {} valid",
      ],
    ],
    [
      "with a name that repeats",
      [
        calls({ index: 0, id: "a", ...fn("f", "{") }),
        calls({ index: 0, id: "a", ...fn("f", "}") }),
      ],
      ["call a f {} valid"],
    ],
    [
      "with a name in pieces",
      [
        calls({ index: 0, id: "a", ...fn("get_", "") }),
        calls({ index: 0, ...fn("weather", "") }),
        calls({ index: 0, ...fn("", "{}") }),
      ],
      ["call a get_weather {} valid"],
    ],
    [
      "with a name that grows",
      [
        calls({ index: 0, id: "a", ...fn("get_", "") }),
        calls({ index: 0, ...fn("get_weather", "{}") }),
      ],
      ["call a get_weather {} valid"],
    ],
    [
      "with a name behind input that is whole, by an index",
      [
        calls({ index: 0, ...fn(undefined, '{"x":') }),
        calls({ index: 0, id: "late", ...fn(undefined, "1}") }),
        calls({ index: 0, ...fn("f", "") }),
      ],
      ['call late f {"x":1} valid'],
    ],
    [
      "with a name behind input that is whole, by nothing",
      [calls(fn(undefined, "{}")), calls(fn("g", ""))],
      ["call tool-0 g {} valid"],
    ],
    [
      "with a name that is late",
      [
        calls({ index: 0, id: "a", ...fn("", '{"x"') }),
        calls({ index: 0, ...fn("f", ":1") }),
        calls({ index: 0, ...fn("", "}") }),
      ],
      ['call a f {"x":1} valid'],
    ],
    ["with null input", [calls({ id: "a", ...fn("f", null) })], ["call a f  valid"]],
    [
      "with no function object",
      [calls({ id: "a", name: "f", arguments: "{}" })],
      ["call a f {} valid"],
    ],
    [
      "with input as an object",
      [calls({ id: "a", ...fn("f", { x: 1 }) })],
      ['call a f {"x":1} valid'],
    ],
    [
      "with the input null in words",
      [calls({ id: "a", ...fn("f", "null") })],
      ["call a f null valid"],
    ],
    [
      "with input that is no JSON",
      [calls({ id: "a", ...fn("f", "{x}") })],
      ["call a f {x} invalid"],
    ],
    ["with cut input", [calls({ id: "a", ...fn("f", '{"x":"}') })], ['call a f {"x":"} truncated']],
    [
      "with braces and quotes in strings",
      [
        calls({ index: 0, id: "a", ...fn("f", '{"x":"}\\') }),
        calls({ index: 0, ...fn(undefined, '"{') }),
        calls({ index: 0, ...fn(undefined, '"}') }),
      ],
      ['call a f {"x":"}\\"{"} valid'],
    ],
    [
      "with input that goes on after an id again",
      [
        calls({ index: 0, id: "a", ...fn("f", "{}") }),
        calls({ index: 0, id: "a", ...fn("f", "") }),
      ],
      ["call a f {} valid"],
    ],
    [
      "of free text",
      [
        calls({ index: 0, id: "a", type: "custom", custom: { name: "f", input: "{x" } }),
        calls({ index: 0, custom: { input: "}{" } }),
      ],
      ["call a f {x}{ text"],
    ],
    [
      "in the old way",
      [
        said({ function_call: { name: "f", arguments: "{" } }),
        said({ function_call: { arguments: "}" } }),
      ],
      ["call tool-0 f {} valid"],
    ],
    [
      "as one object instead of a list",
      [said({ tool_calls: { id: "a", ...fn("f", "{}") } })],
      ["call a f {} valid"],
    ],
  ])("%s", (_, events, expected) => {
    expect(toolLines(...events)).toEqual(expected);
  });
});
