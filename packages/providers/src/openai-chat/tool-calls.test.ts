import { describe, expect, test } from "vitest";
import { calls, decode, DONE, fn, lines, said, says, stops } from "./chat.fixture.ts";

describe("tool calls", () => {
  test("start with the first piece of their input and are told of at the end", () => {
    expect(
      lines(
        calls({ index: 0, id: "a", type: "function", ...fn("f", "") }),
        calls({ index: 0, ...fn(undefined, '{"x":') }),
        calls({ index: 0, ...fn(undefined, "1}") }),
        stops("tool_calls"),
        DONE,
      ),
    ).toEqual([
      "a ( f",
      'a + {"x":',
      "a + 1}",
      "a )",
      'call a f {"x":1} valid',
      "finish tool-calls tool_calls",
    ]);
  });

  test("start with their name where it comes after their input", () => {
    const first = calls({ index: 0, id: "a", ...fn("", "{") });
    const named = calls({ index: 0, ...fn("f", "") });
    expect(lines(first, named, says("x")).slice(0, 3)).toEqual(["a ( f", "a + {", "text-0 ("]);
  });

  test("without any name are an error that keeps the bytes", () => {
    const parts = decode([
      calls({ index: 0, id: "a", ...fn("", "{}") }),
      stops("tool_calls"),
      DONE,
    ]);
    expect(parts).toMatchObject([
      { type: "error", error: { kind: "malformed-event", data: { id: "a", input: "{}" } } },
      { type: "finish", finishReason: { unified: "tool-calls" } },
    ]);
  });

  test("cut by the token limit, or by the connection, are truncated unless they are closed", () => {
    for (const end of [[stops("length"), DONE], []]) {
      const cut = lines(
        calls(
          { id: "a", ...fn("f", "{") },
          { id: "b", ...fn("g", "{}") },
          { id: "c", ...fn("h", "1") },
        ),
        calls({ id: "d", ...fn("i", "") }),
        ...end,
      );
      expect(cut.filter((line) => line.startsWith("call"))).toEqual([
        "call a f { truncated",
        "call b g {} valid",
        "call c h 1 truncated",
        "call d i  truncated",
      ]);
    }
  });

  test("that go on after the finish reason are not lost", () => {
    const parts = lines(
      calls({ index: 0, id: "a", ...fn("f", "{}") }),
      stops("tool_calls"),
      calls({ index: 0, ...fn(undefined, "late") }),
      DONE,
    );
    expect(parts.slice(-2)).toEqual([
      "error malformed-event A tool call came without the name of its tool",
      "finish tool-calls tool_calls",
    ]);
  });

  test("keep the wire's id, and what Gemini adds to them, as metadata", () => {
    const call = decode([
      says("x"),
      calls({
        index: 0,
        id: "text-0",
        ...fn("f", "{}"),
        extra_content: { google: { thought_signature: "s" } },
      }),
    ]).find((part) => part.type === "tool-call");
    expect(call?.providerMetadata).toEqual({
      openai: { extra_content: { google: { thought_signature: "s" } }, id: "text-0" },
    });
  });

  test("run by the provider come with their results", () => {
    const tool = { index: 0, type: "search", arguments: '{"q":"x"}' };
    expect(
      lines(
        said({ executed_tools: [tool] }),
        said({ executed_tools: [{ ...tool, output: "found" }] }),
        says("x"),
        stops("stop"),
        DONE,
      ),
    ).toEqual([
      "tool-0 ( search provider",
      'tool-0 + {"q":"x"}',
      "tool-0 )",
      'call tool-0 search {"q":"x"} valid',
      'result tool-0 {"index":0,"type":"search","arguments":"{\\"q\\":\\"x\\"}","output":"found"}',
      "text-0 (",
      "text-0 + x",
      "text-0 )",
      "finish stop stop",
    ]);
    const detail = {
      type: "reasoning.server_tool_call",
      id: "s",
      tool_name: "web",
      arguments: "{}",
      result: [1],
    };
    expect(lines(said({ reasoning_details: [detail] }), DONE).slice(3, 5)).toEqual([
      "call tool-0 web {} valid",
      "result tool-0 [1]",
    ]);
  });
});
