import { run } from "@millrace/core";
import { describe, expect, test } from "vitest";
import { brief } from "../brief.fixture.ts";
import { event } from "../events.fixture.ts";
import { decodeCohere } from "./decode-cohere.ts";
import {
  args,
  begins,
  broken,
  calls,
  cites,
  decode,
  DONE,
  ends,
  finishes,
  lines,
  plans,
  says,
  thinks,
} from "./cohere.fixture.ts";

const started = {
  type: "message-start",
  id: "r",
  delta: { message: { role: "assistant", content: [], tool_plan: "", tool_calls: [] } },
};

describe("an ordinary answer", () => {
  const usage = {
    billed_units: { input_tokens: 4, output_tokens: 2 },
    tokens: { input_tokens: 70, output_tokens: 5, reasoning_tokens: 3 },
    cached_tokens: 60,
  };
  const events = [
    started,
    begins("thinking", { thinking: "" }),
    thinks("hm"),
    ends("content"),
    begins("text", { text: "Good" }, 1),
    says(" morning", 1),
    ends("content", 1),
    finishes("COMPLETE", { usage }),
  ];

  test("thinks, speaks and counts", () => {
    const all = decode([...events, DONE]);
    expect(brief(all)).toEqual([
      "response r assistant",
      "reasoning-0 (",
      "reasoning-0 + hm",
      "reasoning-0 )",
      "text-0 (",
      "text-0 + Good",
      "text-0 +  morning",
      "text-0 )",
      "usage 70 5",
      "finish stop COMPLETE",
    ]);
    expect(all.at(-1)).toMatchObject({
      usage: {
        inputTokens: { total: 70, noCache: 10, cacheRead: 60 },
        outputTokens: { total: 5, text: 2, reasoning: 3 },
        raw: usage,
      },
    });
  });

  test("is read, too, from a server that does not stream and sends but the answer", () => {
    const content = [
      { type: "thinking", thinking: "hm" },
      { type: "text", text: "Good morning" },
    ];
    const call = { id: "c", type: "function", function: { name: "f", arguments: '{"x":1}' } };
    const message = {
      role: "assistant",
      tool_plan: "p",
      content,
      tool_calls: [call, { ...call, id: "d" }],
      citations: [{ start: 0, end: 4, text: "Good", content_index: 1, sources: [{ id: "s" }] }],
    };
    const all = decode([{ id: "r", message, finish_reason: "TOOL_CALL", usage, seed: 7 }]);
    expect(brief(all)).toEqual([
      "response r assistant",
      "reasoning-0 ( plan",
      "reasoning-0 + p",
      "reasoning-0 )",
      "reasoning-1 (",
      "reasoning-1 + hm",
      "reasoning-1 )",
      "text-0 (",
      "text-0 + Good morning",
      "text-0 )",
      "c ( f",
      'c + {"x":1}',
      "c )",
      'call c f {"x":1} valid',
      "d ( f",
      'd + {"x":1}',
      "d )",
      'call d f {"x":1} valid',
      "source document",
      "usage 70 5",
      "finish tool-calls TOOL_CALL",
    ]);
    expect(all.find(({ type }) => type === "source")).toHaveProperty("anchor.blockId", "text-0");
    expect(all.at(-1)).toHaveProperty("providerMetadata", { cohere: { seed: 7 } });
  });

  test("is the same by the names of events, and ends at its message-end", () => {
    const named = events.map((data) => {
      const { type, ...rest } = data as { type: string };
      return event(rest, type);
    });
    expect(run(decodeCohere(), named)).toEqual(decode(events));
    expect(lines(...events, says("late"), "{").at(-1)).toBe("finish stop COMPLETE");
  });

  test("is the same from the SDK's objects, whose names are in camel case", () => {
    const camel = [
      { type: "tool-plan-delta", delta: { message: { toolPlan: "p" } } },
      {
        type: "tool-call-start",
        index: 0,
        delta: { message: { toolCalls: { id: "c", function: { name: "f", arguments: "{}" } } } },
      },
      { type: "tool-call-end", index: 0 },
      {
        type: "message-end",
        delta: {
          finishReason: "TOOL_CALL",
          usage: { tokens: { inputTokens: 1, outputTokens: 2 }, cachedTokens: 0 },
        },
      },
    ];
    const snake = [
      plans("p"),
      calls("c", "f", "{}"),
      ends("tool-call"),
      finishes("TOOL_CALL", {
        usage: { tokens: { input_tokens: 1, output_tokens: 2 }, cached_tokens: 0 },
      }),
    ];
    expect(brief(run(decodeCohere(), camel))).toEqual(lines(...snake));
  });

  test("is not ended by a text that says [DONE]", () => {
    expect(lines(says("a [DONE]"), says("[DONE]"), finishes("COMPLETE"))).toEqual([
      "text-0 (",
      "text-0 + a [DONE]",
      "text-0 + [DONE]",
      "text-0 )",
      "finish stop COMPLETE",
    ]);
  });

  test("keeps its logprobs beside the delta", () => {
    const logprobs = { text: "x", token_ids: [1], logprobs: [-0.5] };
    expect(decode([says("x", 0, { logprobs })])[1]).toMatchObject({
      type: "text-delta",
      providerMetadata: { cohere: { logprobs } },
    });
  });

  test("needs no starts, and one index may be of a text and of a thought", () => {
    expect(lines(says("a", 2), thinks("b", 2), says("c", 2), ends("content", 2))).toEqual([
      "text-0 (",
      "text-0 + a",
      "reasoning-0 (",
      "reasoning-0 + b",
      "text-0 + c",
      "text-0 )",
      "reasoning-0 )",
      "finish interrupted",
    ]);
  });
});

describe("tools", () => {
  test("are planned, then called, by an index of their own", () => {
    expect(
      lines(
        plans("I will"),
        plans(" look"),
        calls("c", "f"),
        args('{"x"'),
        args(":1}"),
        ends("tool-call"),
        calls("d", "g", "", 1),
        ends("tool-call", 1),
        says("a"),
        finishes("TOOL_CALL"),
      ),
    ).toEqual([
      "reasoning-0 ( plan",
      "reasoning-0 + I will",
      "reasoning-0 +  look",
      "reasoning-0 )",
      "c ( f",
      'c + {"x"',
      "c + :1}",
      "c )",
      'call c f {"x":1} valid',
      "d ( g",
      "d )",
      "call d g  valid",
      "text-0 (",
      "text-0 + a",
      "text-0 )",
      "finish tool-calls TOOL_CALL",
    ]);
  });

  test("may interleave, and may lack their ends", () => {
    const events = [
      calls("a", "f", "{", 0),
      calls("b", "g", "[", 1),
      args("]", 1),
      args("}", 0),
      calls("b", "h", "1", 1),
    ];
    const called = (...rest: unknown[]) =>
      lines(...events, ...rest).filter((line) => line.startsWith("call"));
    expect(called(finishes("TOOL_CALL"))).toEqual([
      "call b g [] valid",
      "call a f {} valid",
      "call tool-0 h 1 valid",
    ]);
    expect(called(finishes("MAX_TOKENS")).at(-1)).toBe("call tool-0 h 1 truncated");
    expect(called().at(-1)).toBe("call tool-0 h 1 truncated");
  });

  test("may come in a list, and with whole arguments", () => {
    const call = { id: "c", function: { name: "f", arguments: { x: 1 } } };
    const event = {
      type: "tool-call-start",
      index: 0,
      delta: { message: { tool_calls: [call] } },
    };
    expect(lines(event, ends("tool-call"))).toContain('call c f {"x":1} valid');
  });

  test("without a name, or without a start, are errors that keep the bytes", () => {
    const errors = decode([calls("c", ""), args("{}"), ends("tool-call")]).filter(
      ({ type }) => type === "error",
    );
    expect(errors).toMatchObject([
      { error: { kind: "malformed-event", data: { id: "c" } } },
      { error: { kind: "malformed-event", data: { function: { arguments: "{}" } } } },
    ]);
  });
});

describe("citations", () => {
  const document = { type: "document", id: "d", document: { title: "D", url: "https://d" } };
  const tool = { type: "tool", id: "t", tool_output: { a: 1 } };

  test("are sources, each with its place, also for text that has ended", () => {
    const all = decode([
      plans("p"),
      says("abc", 0),
      ends("content", 0),
      says("def", 1),
      cites({ start: 1, end: 2, text: "b", sources: [document, tool], content_index: 0 }),
      ends("citation"),
      cites({ start: 0, end: 3, text: "def", sources: [], type: "TEXT_CONTENT" }, 1),
      cites({ start: 0, end: 1, text: "p", sources: [tool], type: "PLAN" }, 2),
      finishes("COMPLETE"),
    ]);
    expect(all.filter(({ type }) => type === "source")).toEqual([
      {
        type: "source",
        id: "source-0",
        source: { kind: "document", title: "D", url: "https://d" },
        anchor: { blockId: "text-0", start: 1, end: 2, citedText: "b" },
        providerMetadata: { cohere: document },
      },
      expect.objectContaining({ id: "source-1", source: { kind: "tool" } }),
      expect.objectContaining({
        source: { kind: "document" },
        anchor: { blockId: "text-1", start: 0, end: 3, citedText: "def" },
      }),
      expect.objectContaining({
        source: { kind: "tool" },
        anchor: { blockId: "reasoning-0", start: 0, end: 1, citedText: "p" },
      }),
    ]);
  });

  test("that stand for nothing are sources still", () => {
    expect(lines(cites({}), { type: "citation-start" })).toEqual([
      "source document",
      "source document",
      "finish interrupted",
    ]);
  });
});

describe("the finish", () => {
  test.each([
    ["COMPLETE", "stop COMPLETE"],
    ["STOP_SEQUENCE", "stop STOP_SEQUENCE"],
    ["MAX_TOKENS", "length MAX_TOKENS"],
    ["TOOL_CALL", "tool-calls TOOL_CALL"],
    ["NEW", "other NEW"],
    [null, "other"],
  ])("of %j", (reason, expected) => {
    expect(lines(says("x"), finishes(reason)).at(-1)).toBe(`finish ${expected}`);
  });

  test("of an error has its words, or is one by itself", () => {
    const error = "invalid tool generation";
    expect(
      lines(plans("p"), finishes("ERROR", { error, error_type: "INVALID_X" })).slice(-3),
    ).toEqual([`error invalid-request ${error}`, "reasoning-0 )", "finish error ERROR"]);
    expect(lines(finishes("ERROR", { error: { message: "m" } }))[0]).toBe("error unknown m");
    expect(lines(finishes("ERROR"))).toEqual([
      'error unknown The provider finished with "ERROR"',
      "finish error ERROR",
    ]);
    expect(decode([finishes("TIMEOUT")])[0]).toMatchObject({
      error: { kind: "timeout", retryable: true },
    });
  });

  test("that is missing is an interruption, or said by [DONE] alone", () => {
    expect(lines()).toEqual(["finish interrupted"]);
    expect(lines(says("x")).at(-1)).toBe("finish interrupted");
    expect(lines(says("x"), DONE).at(-1)).toBe("finish other");
    expect(lines(calls("c", "f", "{}"), ends("tool-call"), DONE).at(-1)).toBe("finish tool-calls");
  });

  test("comes after all blocks wherever the answer breaks off", () => {
    const events = [plans("p"), thinks("x"), says("y"), calls("c", "f", "{")];
    for (let count = 0; count <= events.length; count++) {
      expect(broken(events.slice(0, count)).slice(-2)).toEqual([
        "error transport connection lost",
        "finish error",
      ]);
    }
  });
});

describe("what is wrong or unknown", () => {
  test("is an error where it is one", () => {
    expect(lines({ message: "no" })[0]).toBe("error unknown no");
    expect(lines({ error: { message: "no", status: 429 } })[0]).toBe("error rate-limit no");
    expect(brief(run(decodeCohere(), [event("late", "error")]))[0]).toBe("error unknown late");
    expect(lines("{")[0]).toBe("error malformed-event An event is not JSON");
  });

  test("is custom where nobody knows it", () => {
    expect(
      lines(
        { type: "debug", prompt: "p" },
        { type: "new", a: 1 },
        { hello: 1 },
        begins("image", { url: "u" }),
        { type: "content-delta" },
        says({ a: 1 }),
      ),
    ).toEqual([
      'custom cohere.debug {"type":"debug","prompt":"p"}',
      'custom cohere.new {"type":"new","a":1}',
      'custom cohere.event {"hello":1}',
      'custom cohere.content {"type":"image","url":"u"}',
      "custom cohere.content {}",
      'custom cohere.content {"text":{"a":1}}',
      "finish interrupted",
    ]);
    expect(decode([finishes("COMPLETE", { error_code: 5 })]).at(-1)).toMatchObject({
      providerMetadata: { cohere: { error_code: 5 } },
    });
  });
});
