import { fuse, run } from "@millrace/core";
import { checkParts, type Part } from "@millrace/parts";
import { describe, expect, test } from "vitest";
import { brief } from "../brief.fixture.ts";
import { calls, decode, DONE, fn, lines, said, says, stops } from "./chat.fixture.ts";
import { decodeOpenaiChat } from "./decode-openai-chat.ts";

describe("an ordinary answer", () => {
  test("is one text block, then its usage and its finish", () => {
    const parts = decode([
      { id: "c", model: "m", created: 1, ...said({ role: "assistant", content: "" }), usage: null },
      { id: "c", model: "m", created: 1, ...says("Good ") },
      { id: "c", model: "m", created: 1, ...says("morning") },
      stops("stop"),
      { choices: [], usage: { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 } },
      DONE,
    ]);
    const usage = {
      inputTokens: { total: 8 },
      outputTokens: { total: 2 },
      raw: { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 },
    };
    expect(parts).toEqual([
      {
        type: "response-metadata",
        id: "c",
        modelId: "m",
        role: "assistant",
        timestamp: new Date(1000),
      },
      { type: "text-start", id: "text-0" },
      { type: "text-delta", id: "text-0", delta: "Good " },
      { type: "text-delta", id: "text-0", delta: "morning" },
      { type: "text-end", id: "text-0" },
      { type: "usage", usage },
      { type: "finish", finishReason: { unified: "stop", raw: "stop" }, usage },
    ]);
  });

  test("is the same from an SDK's chunk objects, which know no [DONE]", () => {
    const events = [says("a"), stops("stop"), { choices: [], usage: { prompt_tokens: 1 } }];
    expect(run(decodeOpenaiChat(), events)).toEqual(decode([...events, DONE]));
    expect(Object.isFrozen(Object.freeze(events[0]))).toBe(true);
  });

  test("tells id, model and role when they are first said", () => {
    expect(
      lines(
        { id: "", model: "", created: 0, choices: [] },
        { id: "a", model: "", ...says("x") },
        { id: "b", model: "m", ...said({ role: "assistant" }) },
        { id: "c", model: "n", ...said({ role: "tool" }) },
        DONE,
      ),
    ).toEqual([
      "response a",
      "text-0 (",
      "text-0 + x",
      "response m assistant",
      "text-0 )",
      "finish other",
    ]);
  });

  test("keeps what the model has no field for on the finish", () => {
    const finish = decode([
      { system_fingerprint: "f", service_tier: null, ...says("x"), obfuscation: "zz" },
      {
        ...said({ channel: "final" }, { native_finish_reason: "end", finish_reason: "stop" }),
        timings: { n: 1 },
      },
      DONE,
    ]).at(-1);
    expect(finish).toMatchObject({
      providerMetadata: {
        openai: {
          system_fingerprint: "f",
          native_finish_reason: "end",
          channel: "final",
          timings: { n: 1 },
        },
      },
    });
  });

  test("has its logprobs on its deltas", () => {
    const token = {
      token: "x",
      logprob: -0.5,
      bytes: [120],
      top_logprobs: [{ token: "y", logprob: -1 }],
    };
    const parts = decode([said({ content: "x" }, { logprobs: { content: [token] } }), DONE]);
    expect(parts[1]).toEqual({
      type: "text-delta",
      id: "text-0",
      delta: "x",
      logprobs: [
        { token: "x", logprob: -0.5, bytes: [120], topLogprobs: [{ token: "y", logprob: -1 }] },
      ],
    });
    const strange = { ...token, bytes: ["x"] };
    const [, delta] = decode([said({ content: "x" }, { logprobs: { content: [strange] } })]);
    expect(delta).toMatchObject({ logprobs: [{ token: "x" }] });
    expect(delta).not.toHaveProperty("logprobs[0].bytes");
    const thought = decode([
      said({ reasoning_content: "x" }, { logprobs: { reasoning_content: [token] } }),
    ]);
    expect(thought[1]).toMatchObject({
      providerMetadata: { openai: { logprobs: [{ token: "x" }] } },
    });
  });

  test("gives each event, too, as it came, when asked", () => {
    const events = [says("a"), "{", DONE];
    expect(brief(decode(events, { raw: true })).filter((line) => line.startsWith("raw"))).toEqual([
      `raw message ${JSON.stringify(says("a"))}`,
      'raw message "{"',
      'raw message "[DONE]"',
    ]);
    expect(brief(run(decodeOpenaiChat({ raw: true }), [says("a")]))[0]).toMatch(/^raw {"choices/);
  });
});

describe("the end", () => {
  test("is [DONE], spaced or not, and nothing after it counts", () => {
    expect(lines(says("x"), stops("stop"), " [DONE] ", says("y"), "{").at(-1)).toBe(
      "finish stop stop",
    );
    let reason: unknown = "none";
    const machine = decodeOpenaiChat().start(
      () => undefined,
      (why) => (reason = why),
    );
    machine.push({ type: "message", data: DONE, lastEventId: "" });
    expect(reason).toBeUndefined();
  });

  test("is not a text that says [DONE]", () => {
    expect(lines(says(DONE), says(" data: [DONE]"), DONE)).toEqual([
      "text-0 (",
      "text-0 + [DONE]",
      "text-0 +  data: [DONE]",
      "text-0 )",
      "finish other",
    ]);
  });

  test("may be missing when the finish reason came", () => {
    expect(lines(says("x"), stops("stop")).at(-1)).toBe("finish stop stop");
  });

  test.each([0, 1, 2, 3, 4, 5])(
    "broken off after %i events closes all blocks and fails",
    (count) => {
      const events = [
        said({ reasoning: "hm" }),
        says("x"),
        calls({ index: 0, id: "a", ...fn("f", '{"a"') }),
        calls({ index: 1, id: "b", ...fn("g", "") }),
        stops("tool_calls"),
      ].slice(0, count);
      const outputs: Part[] = [];
      const machine = fuse(decodeOpenaiChat(), checkParts()).start((part) => outputs.push(part));
      for (const event of events) machine.push(event);
      const lost = new Error("connection lost");
      expect(() => machine.fail(lost)).not.toThrow();
      run(checkParts(), outputs);
      const last = brief(outputs).slice(-2);
      if (count === 5)
        expect(last).toEqual(["error transport connection lost", "finish tool-calls tool_calls"]);
      else expect(last).toEqual(["error transport connection lost", "finish error"]);
    },
  );
});

describe("several choices", () => {
  const at = (index: number, delta: object, finish_reason: string | null = null) => ({
    choices: [{ index, delta, finish_reason }],
  });

  test("interleave without touching each other, and finish once each", () => {
    expect(
      lines(
        at(0, { content: "a" }),
        at(1, { content: "x" }),
        { choices: [...at(1, { content: "y" }).choices, ...at(0, { content: "b" }).choices] },
        at(1, { tool_calls: [{ index: 0, id: "t", ...fn("f", "{}") }] }, "tool_calls"),
        at(0, {}, "stop"),
        { choices: [], usage: { prompt_tokens: 1 } },
        DONE,
      ),
    ).toEqual([
      "text-0 (",
      "text-0 + a",
      "1: text-1 (",
      "1: text-1 + x",
      "1: text-1 + y",
      "text-0 + b",
      "1: text-1 )",
      "1: t ( f",
      "1: t + {}",
      "1: t )",
      "1: call t f {} valid",
      "text-0 )",
      "usage 1",
      "finish stop stop",
      "1: finish tool-calls tool_calls",
    ]);
  });

  test("may be null, missing, empty or without a delta", () => {
    expect(
      lines(
        { choices: null },
        { choices: [] },
        { choices: [{ index: 0 }] },
        { choices: [{ index: 0, delta: null }] },
        { choices: [null] },
        { choices: { delta: { content: "x" } } },
        {
          id: "c",
          object: "chat.completion.chunk",
          choices: undefined,
          usage: { prompt_tokens: 1 },
        },
        DONE,
      ),
    ).toEqual(["text-0 (", "text-0 + x", "response c", "usage 1", "text-0 )", "finish other"]);
  });

  test("with an impossible index are an error, not a table that grows", () => {
    expect(lines({ choices: [{ index: 1e9, delta: { content: "x" } }] }, DONE)).toEqual([
      "error malformed-event A choice has no usable index",
      "finish error",
    ]);
  });
});

describe("the limit", () => {
  test.each([
    ["a name that grows", (x: string) => ({ index: 0, ...fn(x, "") })],
    ["ids of calls without names", (x: string, index: number) => ({ index, id: x, ...fn("", "") })],
  ])("counts %s", (_, call) => {
    const deltas = Array.from({ length: 10 }, (__, index) =>
      calls(call(`${index}`.repeat(10), index)),
    );
    expect(() => decode(deltas, { maxHeld: 100 })).toThrow("beyond maxHeld 100");
    decode(deltas, { maxHeld: 110 });
  });

  test("trips on the first unit too many, behind all that came before", () => {
    const events = (length: number) => [
      says("x"),
      calls({ index: 0, id: "abc", ...fn("f", "") }),
      calls({ index: 0, ...fn(undefined, "x".repeat(length)) }),
      DONE,
    ];
    expect(brief(decode(events(6), { maxHeld: 11 })).at(-1)).toBe("finish other");
    let error: unknown;
    try {
      decode(events(7), { maxHeld: 11 });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({
      name: "LimitError",
      message: "Cannot decode OpenAI chat: what is held grew beyond maxHeld 11",
      stage: "decodeOpenaiChat",
      offset: 2,
    });
    expect(brief((error as { outputs: Part[] }).outputs)).toEqual([
      "text-0 (",
      "text-0 + x",
      "text-0 )",
      "abc ( f",
      "abc )",
      "call abc f  truncated",
      "error malformed-event Cannot decode OpenAI chat: what is held grew beyond maxHeld 11",
      "finish error",
    ]);
  });
});
