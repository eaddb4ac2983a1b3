import { fuse, run } from "@millrace/core";
import { checkParts, type Part } from "@millrace/parts";
import { decodeSse } from "@millrace/sse";
import { describe, expect, test } from "vitest";
import { brief } from "../brief.fixture.ts";
import { decodeOpenaiChat, type DecodeOpenaiChatOptions } from "./decode-openai-chat.ts";

const DONE = "[DONE]";

/** The parts of these events, each given as its data; checked for grammar. */
function decode(events: readonly unknown[], options?: DecodeOpenaiChatOptions): Part[] {
  const inputs = events.map((event) => ({
    type: "message",
    data: typeof event === "string" ? event : JSON.stringify(event),
    lastEventId: "",
  }));
  return run(fuse(decodeOpenaiChat(options), checkParts()), inputs);
}

function lines(...events: unknown[]): string[] {
  return brief(decode(events));
}

const said = (delta: unknown, rest: object = {}) => ({ choices: [{ index: 0, delta, ...rest }] });
const says = (content: unknown) => said({ content });
const stops = (finish_reason: unknown) => said({}, { finish_reason });
const calls = (...tool_calls: unknown[]) => said({ tool_calls });

/** Only the calls. */
function toolLines(...events: unknown[]): string[] {
  return lines(...events, stops("tool_calls"), DONE).filter((line) => line.startsWith("call"));
}

const fn = (name: unknown, args: unknown) => ({ function: { name, arguments: args } });

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

describe("Azure's answers", () => {
  test("begin with an empty chunk that holds the prompt's filter results", () => {
    expect(
      lines(
        {
          id: "",
          model: "",
          object: "",
          created: 0,
          choices: [],
          prompt_filter_results: [{ prompt_index: 0 }],
        },
        { id: "c", ...said({ content: "x" }, { content_filter_results: {} }) },
        DONE,
      ).slice(0, 3),
    ).toEqual([
      'custom azure.content-filter {"prompt_filter_results":[{"prompt_index":0}]}',
      "response c",
      "text-0 (",
    ]);
  });

  test("may have annotations after the finish, and a late filter overrides it", () => {
    const offsets = { check_offset: 5 };
    const results = { hate: { filtered: true } };
    expect(
      lines(
        says("x"),
        stops("stop"),
        {
          id: "",
          choices: [{ index: 0, content_filter_results: results, content_filter_offsets: offsets }],
        },
        { id: "", choices: [{ index: 0, finish_reason: "content_filter" }] },
        DONE,
      ).slice(2),
    ).toEqual([
      "text-0 )",
      `custom azure.content-filter ${JSON.stringify({ content_filter_results: results, content_filter_offsets: offsets })}`,
      "finish content-filter content_filter",
    ]);
  });
});

describe("usage", () => {
  const finishUsage = (...events: unknown[]) => {
    const finish = decode([...events, DONE]).at(-1);
    if (finish?.type !== "finish") throw new Error("no finish");
    const { inputTokens, outputTokens } = finish.usage;
    return {
      ...inputTokens,
      ...Object.fromEntries(Object.entries(outputTokens).map(([k, v]) => [`out.${k}`, v])),
    };
  };
  const used = (usage: unknown) => ({ choices: [], usage });

  test("is the last that is not null, wherever it stands", () => {
    expect(
      finishUsage(
        { ...says("x"), usage: { prompt_tokens: 1, completion_tokens: 1 } },
        { ...stops("stop"), usage: { prompt_tokens: 1, completion_tokens: 2 } },
        used(null),
      ),
    ).toEqual({ total: 1, "out.total": 2 });
  });

  test.each<[string, unknown, object]>([
    [
      "cached and reasoning tokens",
      {
        prompt_tokens: 10,
        completion_tokens: 7,
        total_tokens: 17,
        prompt_tokens_details: { cached_tokens: 4, cache_write_tokens: 1 },
        completion_tokens_details: { reasoning_tokens: 5 },
      },
      {
        total: 10,
        noCache: 5,
        cacheRead: 4,
        cacheWrite: 1,
        "out.total": 7,
        "out.text": 2,
        "out.reasoning": 5,
      },
    ],
    [
      "reasoning that is counted beside the completion (xAI)",
      {
        prompt_tokens: 12,
        completion_tokens: 2,
        total_tokens: 354,
        completion_tokens_details: { reasoning_tokens: 340 },
      },
      { total: 12, "out.total": 342, "out.text": 2, "out.reasoning": 340 },
    ],
    [
      "DeepSeek's cache hits",
      {
        prompt_tokens: 10,
        completion_tokens: 1,
        prompt_cache_hit_tokens: 8,
        prompt_cache_miss_tokens: 2,
      },
      { total: 10, noCache: 2, cacheRead: 8, "out.total": 1 },
    ],
    [
      "Mistral's",
      { prompt_tokens: 3, num_cached_tokens: 1 },
      { total: 3, noCache: 2, cacheRead: 1 },
    ],
    ["Moonshot's", { prompt_tokens: 3, cached_tokens: 1 }, { total: 3, noCache: 2, cacheRead: 1 }],
    [
      "more reasoning than completion",
      { completion_tokens: 10, completion_tokens_details: { reasoning_tokens: 11 } },
      { "out.total": 10, "out.text": 0, "out.reasoning": 11 },
    ],
    ["null details", { prompt_tokens: 1, prompt_tokens_details: null }, { total: 1 }],
  ])("maps %s", (_, usage, expected) => {
    expect(finishUsage(used(usage))).toEqual(expected);
  });

  test("falls back to a choice's and to Groq's own place", () => {
    expect(finishUsage(said({}, { usage: { prompt_tokens: 5 } }))).toEqual({ total: 5 });
    expect(finishUsage({ ...says("x"), x_groq: { usage: { prompt_tokens: 6 } } })).toEqual({
      total: 6,
    });
    expect(
      finishUsage({
        ...says("x"),
        usage: { prompt_tokens: 7 },
        x_groq: { usage: { prompt_tokens: 6 } },
      }),
    ).toEqual({ total: 7 });
  });

  test("may come after the finish reason on a chunk with an empty delta", () => {
    expect(
      lines(
        stops("stop"),
        {
          ...said({ role: "assistant", content: "" }, { finish_reason: null }),
          usage: { prompt_tokens: 1 },
        },
        DONE,
      ),
    ).toEqual(["response assistant", "usage 1", "finish stop stop"]);
  });
});

describe("the finish reason", () => {
  test.each<[unknown, string]>([
    ["stop", "stop stop"],
    ["eos", "stop eos"],
    ["end_turn", "stop end_turn"],
    ["length", "length length"],
    ["max_tokens", "length max_tokens"],
    ["content_filter", "content-filter content_filter"],
    ["tool_calls", "tool-calls tool_calls"],
    ["function_call", "tool-calls function_call"],
    ["made_up", "other made_up"],
    ["constructor", "other constructor"],
    ["STOP", "stop STOP"],
    ["", "stop "],
  ])("%j finishes as %s", (reason, expected) => {
    expect(lines(says("x"), stops(reason), DONE).at(-1)).toBe(`finish ${expected}`);
  });

  test("is the first one, however often it comes and whatever follows", () => {
    expect(lines(stops("length"), stops("length"), stops(null), stops("stop"), DONE)).toEqual([
      "finish length length",
    ]);
  });

  test("of stop means tool-calls with calls, content-filter with a refusal", () => {
    expect(lines(calls({ id: "a", ...fn("f", "{}") }), stops("stop"), DONE).at(-1)).toBe(
      "finish tool-calls stop",
    );
    expect(lines(said({ refusal: "No" }), stops("stop"), DONE)).toEqual([
      "text-0 ( refusal",
      "text-0 + No",
      "text-0 )",
      "finish content-filter stop",
    ]);
  });

  test("in every chunk as an empty text cuts nothing", () => {
    expect(
      lines(
        said({ content: "a" }, { finish_reason: "" }),
        said({ content: "b" }, { finish_reason: "" }),
      ),
    ).toEqual(["text-0 (", "text-0 + a", "text-0 + b", "text-0 )", "finish interrupted"]);
  });

  test("that is missing: [DONE] ends well, the end of the stream does not", () => {
    expect(lines(says("x"), DONE).at(-1)).toBe("finish other");
    expect(lines(calls({ id: "a", ...fn("f", "{}") }), DONE).at(-1)).toBe("finish tool-calls");
    expect(lines(calls({ id: "a", ...fn("f", "{") }), DONE).at(-1)).toBe("finish other");
    expect(lines(says("x")).at(-1)).toBe("finish interrupted");
    expect(lines(calls({ id: "a", ...fn("f", "{}") })).at(-1)).toBe("finish interrupted");
    expect(lines()).toEqual(["finish interrupted"]);
    expect(lines(DONE)).toEqual(["finish other"]);
  });

  test("that names an error without an error object becomes one", () => {
    expect(lines(says("x"), stops("error"), DONE).slice(-2)).toEqual([
      'error unknown The provider finished with "error"',
      "finish error error",
    ]);
    expect(lines(stops("insufficient_system_resource"), DONE)).toEqual([
      'error overloaded The provider finished with "insufficient_system_resource"',
      "finish error insufficient_system_resource",
    ]);
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

describe("content", () => {
  test("may be a text, parts, or a mixture; its parts are increments", () => {
    expect(
      lines(
        says([{ type: "thinking", thinking: [{ type: "text", text: "h" }] }]),
        says([
          {
            type: "thinking",
            thinking: [{ type: "text", text: "m" }],
            closed: true,
            signature: "s",
          },
        ]),
        says([{ type: "text", text: "A" }, "B"]),
        says("C"),
        says([{ type: "reference", reference_ids: [3] }]),
        says([
          { type: "image_url", image_url: "https://x/y.png" },
          { type: "new", a: 1 },
        ]),
        DONE,
      ),
    ).toEqual([
      "reasoning-0 (",
      "reasoning-0 + h",
      "reasoning-0 + m",
      "reasoning-0 ) s",
      "text-0 (",
      "text-0 + A",
      "text-0 + B",
      "text-0 + C",
      "source file 3",
      "file image/* https://x/y.png",
      'custom openai.content {"type":"new","a":1}',
      "text-0 )",
      "finish other",
    ]);
  });

  test("of null after text, and of an unknown type, loses nothing", () => {
    expect(lines(says("x"), says(null), says(5), DONE)).toEqual([
      "text-0 (",
      "text-0 + x",
      "custom openai.content 5",
      "text-0 )",
      "finish other",
    ]);
  });

  test("goes on in a new block after a call", () => {
    expect(lines(says("a"), calls({ id: "t", ...fn("f", "{}") }), says("b"), DONE)).toEqual([
      "text-0 (",
      "text-0 + a",
      "text-0 )",
      "t ( f",
      "t + {}",
      "text-1 (",
      "text-1 + b",
      "text-1 )",
      "t )",
      "call t f {} valid",
      "finish tool-calls",
    ]);
  });

  test("of legacy completions stands in `text`; a `message` only repeats", () => {
    expect(lines({ choices: [{ index: 0, text: "x" }] }, DONE)[1]).toBe("text-0 + x");
    expect(
      lines({ choices: [{ delta: { content: "x" }, message: { content: "x" } }] }, DONE),
    ).toHaveLength(4);
  });

  test("that sounds comes as file pieces, its transcript as text", () => {
    expect(
      lines(
        said({ audio: { id: "a", transcript: "Hi" } }),
        said({ audio: { data: "AAAA" } }),
        said({ audio: { expires_at: 9 } }),
        stops("stop"),
        DONE,
      ),
    ).toEqual(["text-0 (", "text-0 + Hi", "file audio/* AAAA", "text-0 )", "finish stop stop"]);
  });

  test("that shows comes as files", () => {
    const image = { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } };
    const [first, ...others] = lines(
      said({ images: [image, "https://a", { new: 1 }] }),
      says([{ type: "image_url", image_url: null }]),
      DONE,
    );
    expect(first).toBe("file image/png AAAA");
    expect(others).toEqual([
      "file image/* https://a",
      'custom openai.images {"new":1}',
      'custom openai.content {"type":"image_url","image_url":null}',
      "finish other",
    ]);
  });
});

describe("reasoning", () => {
  test.each(["reasoning_content", "reasoning"])("in %s is a block that text ends", (field) => {
    expect(
      lines(said({ [field]: "h", content: null }), said({ [field]: "m" }), says("x"), DONE),
    ).toEqual([
      "reasoning-0 (",
      "reasoning-0 + h",
      "reasoning-0 + m",
      "reasoning-0 )",
      "text-0 (",
      "text-0 + x",
      "text-0 )",
      "finish other",
    ]);
  });

  test("told in two or three fields at once is told once", () => {
    const twice = { reasoning: "hm", reasoning_content: "hm" };
    const details = [{ type: "reasoning.text", text: "hm", index: 0 }];
    for (const delta of [twice, { ...twice, reasoning_details: details }]) {
      expect(lines(said(delta), DONE)).toEqual([
        "reasoning-0 (",
        "reasoning-0 + hm",
        "reasoning-0 )",
        "finish other",
      ]);
    }
  });

  test("in details is a block an index, with signatures and encrypted parts at the end", () => {
    const detail = (rest: object) => said({ reasoning_details: [rest] });
    expect(
      lines(
        detail({ type: "reasoning.text", text: "a", signature: "", index: 0 }),
        detail({ type: "reasoning.summary", summary: "b", index: 1 }),
        detail({ type: "reasoning.text", text: "c", index: 0 }),
        detail({ type: "reasoning.text", signature: "sig", index: 0 }),
        detail({ type: "reasoning.encrypted", data: "enc", index: 1 }),
        detail({ type: "reasoning.encrypted", data: "more", index: 2, id: "rs" }),
        says("x"),
        detail({ type: "reasoning.text", signature: "late", index: 0 }),
        DONE,
      ),
    ).toEqual([
      "reasoning-0 (",
      "reasoning-0 + a",
      "reasoning-1 ( summary",
      "reasoning-1 + b",
      "reasoning-0 + c",
      "reasoning-0 ) sig",
      "reasoning-1 ) enc",
      "reasoning-2 ( redacted",
      "reasoning-2 ) more",
      "text-0 (",
      "text-0 + x",
      "text-0 )",
      "reasoning-3 (",
      "reasoning-3 ) late",
      "finish other",
    ]);
  });

  test("keeps its text when the details of the same delta are only encrypted", () => {
    const details = [{ type: "reasoning.encrypted", data: "enc" }];
    expect(lines(said({ reasoning: "hm", reasoning_details: details }), DONE)).toEqual([
      "reasoning-0 ( redacted",
      "reasoning-0 ) enc",
      "reasoning-1 (",
      "reasoning-1 + hm",
      "reasoning-1 )",
      "finish other",
    ]);
  });

  test("of a kind unheard of, or of none, loses nothing", () => {
    const details = [{ type: "reasoning.image", url: "u" }, {}, null, "x"];
    expect(lines(said({ reasoning_details: details }), DONE).slice(0, 2)).toEqual([
      'custom openai.reasoning_details {"type":"reasoning.image","url":"u"}',
      "custom openai.reasoning_details {}",
    ]);
  });

  test("keeps what else a detail says, for sending it back", () => {
    const parts = decode([
      said({ reasoning_details: [{ type: "reasoning.text", text: "a", format: "f", id: "r" }] }),
    ]);
    expect(parts[0]).toMatchObject({ providerMetadata: { openai: { format: "f", id: "r" } } });
    const sealed = decode([
      said({ reasoning_details: [{ type: "reasoning.summary", summary: "a", index: 0 }] }),
      said({ reasoning_details: [{ type: "reasoning.encrypted", data: "e", index: 0, id: "rs" }] }),
    ]);
    expect(sealed[2]).toEqual({
      type: "reasoning-end",
      id: "reasoning-0",
      encrypted: "e",
      providerMetadata: { openai: { index: 0, id: "rs" } },
    });
  });
});

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
      google: { thought_signature: "s" },
      openai: { id: "text-0" },
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
      "executed-0 ( search provider",
      'executed-0 + {"q":"x"}',
      "executed-0 )",
      'call executed-0 search {"q":"x"} valid',
      'result executed-0 {"index":0,"type":"search","arguments":"{\\"q\\":\\"x\\"}","output":"found"}',
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
      "call executed-0 web {} valid",
      "result executed-0 [1]",
    ]);
  });
});

describe("sources", () => {
  test("that every chunk repeats come once, with their titles if they have any", () => {
    const chunk = {
      ...says("x"),
      citations: ["https://a", "https://b"],
      search_results: [{ url: "https://a", title: "A", date: "today" }],
    };
    const parts = decode([chunk, chunk, DONE]).filter((part) => part.type === "source");
    expect(parts).toEqual([
      {
        type: "source",
        id: "source-0",
        source: { kind: "url", url: "https://a", title: "A" },
        providerMetadata: { openai: { url: "https://a", title: "A", date: "today" } },
      },
      { type: "source", id: "source-1", source: { kind: "url", url: "https://b" } },
    ]);
  });

  test("that are cited name the text and the place", () => {
    const citation = { url: "https://a", title: "A", start_index: 1, end_index: 4 };
    const parts = decode([
      said({ content: "Text", annotations: [{ type: "url_citation", url_citation: citation }] }),
      DONE,
    ]);
    expect(parts[2]).toEqual({
      type: "source",
      id: "source-0",
      source: { kind: "url", url: "https://a", title: "A" },
      anchor: { blockId: "text-0", start: 1, end: 4 },
      providerMetadata: { openai: { type: "url_citation", url_citation: citation } },
    });
  });

  test("keep their address whatever they call themselves", () => {
    const annotations = ["url", "file", "__proto__", "constructor"].map((type) => ({
      type,
      url: `https://${type}`,
    }));
    expect(lines(said({ annotations }), DONE).slice(0, -1)).toEqual(
      annotations.map(({ url }) => `source url ${url}`),
    );
  });

  test("without an address come once, too", () => {
    const chunk = { ...says("x"), search_results: [{ title: "A" }, { title: "B" }] };
    expect(lines(chunk, chunk, DONE).filter((line) => line.startsWith("source"))).toEqual([
      "source document A",
      "source document B",
    ]);
  });
});

describe("errors", () => {
  const rate = { message: "Slow down", type: "rate_limit_error", code: 429 };

  test.each<[string, unknown, string]>([
    ["an object", { error: rate }, "rate-limit Slow down"],
    ["a text", { error: "no model", code: "not_found" }, "not-found no model"],
    ["object: error", { object: "error", ...rate }, "rate-limit Slow down"],
    ["a status beside it", { error: { message: "m" }, status_code: 429 }, "rate-limit m"],
    ["Groq's place", { x_groq: { error: "over capacity" } }, "unknown over capacity"],
    [
      "a list of one",
      [{ error: { code: 503, message: "busy", status: "UNAVAILABLE" } }],
      "overloaded busy",
    ],
    ["a choice's", { choices: [{ index: 0, error: { code: 502, message: "m" } }] }, "server m"],
    ["not JSON", "<html>Bad Gateway</html>", "malformed-event An event is not JSON"],
    ["half an event", '{"choices":[{"del', "malformed-event An event is not JSON"],
    ["no object", "17", "malformed-event An event is not an object"],
    ["null", "null", "malformed-event An event is not an object"],
  ])("come as %s, at any place, and are followed by a finish", (_, event, expected) => {
    expect(lines(event)).toEqual([`error ${expected}`, "finish error"]);
    expect(lines(event, DONE)).toEqual([`error ${expected}`, "finish error"]);
    expect(lines(says("x"), event, says("y"), stops("stop"), DONE)).toEqual([
      "text-0 (",
      "text-0 + x",
      `error ${expected}`,
      "text-0 + y",
      "text-0 )",
      "finish stop stop",
    ]);
    expect(lines(stops("stop"), event, DONE)).toEqual([`error ${expected}`, "finish stop stop"]);
  });

  test.each([
    ['{"error":{"code":503,"message":"late"}}', "overloaded late"],
    ['error: {"code":500,"message":"late"}\n\n', "server late"],
    ["<html>\n<body>504</body>\n</html>\n", "malformed-event An event is not JSON"],
    ['data: {"choices":[{"del', "malformed-event An event is not JSON"],
  ])("are heard outside of whole events: %j", (tail, expected) => {
    const body = `data: ${JSON.stringify(says("x"))}\n\n${tail}`;
    const events = decodeSse({ incomplete: "dispatch", strays: "dispatch" });
    expect(brief(run(fuse(events, decodeOpenaiChat(), checkParts()), [body]))).toEqual([
      "text-0 (",
      "text-0 + x",
      `error ${expected}`,
      "text-0 )",
      "finish error",
    ]);
  });

  test("may stand beside choices and usage in one chunk", () => {
    expect(
      lines(
        stops("length"),
        {
          error: { code: 400, message: "Token limit reached" },
          choices: [{ index: 0, delta: { content: "" }, finish_reason: "error" }],
          usage: { prompt_tokens: 1 },
        },
        DONE,
      ),
    ).toEqual(["usage 1", "error invalid-request Token limit reached", "finish length length"]);
  });

  test("may be told by the event's name, in JSON or in words", () => {
    const named = (data: string) =>
      brief(run(decodeOpenaiChat(), [{ type: "error", data, lastEventId: "" }]));
    expect(named('{"error":{"message":"m","code":500}}')[0]).toBe("error server m");
    expect(named('{"message":"m","code":500}')[0]).toBe("error server m");
    expect(named('"m"')[0]).toBe("error unknown m");
    expect(named("upstream timed out")[0]).toBe("error unknown upstream timed out");
  });

  test("that are null or blank are none", () => {
    expect(
      lines({ error: null, ...says("x") }, { error: "", choices: [] }, stops("stop"), DONE).at(-1),
    ).toBe("finish stop stop");
  });

  test("of an SDK or of a stage above keep their kind", () => {
    const kinds = (reason: unknown) => {
      const outputs: Part[] = [];
      decodeOpenaiChat()
        .start((part) => outputs.push(part))
        .fail(reason);
      return outputs.flatMap((part) =>
        part.type === "error" ? [part.error.kind, part.error.retryable] : [],
      );
    };
    expect(kinds(new DOMException("stop", "AbortError"))).toEqual(["aborted", false]);
    expect(kinds(new DOMException("late", "TimeoutError"))).toEqual(["timeout", true]);
    expect(kinds(Object.assign(new Error("429"), { status: 429 }))).toEqual(["rate-limit", true]);
    expect(kinds(new TypeError("terminated"))).toEqual(["transport", true]);
    expect(kinds(undefined)).toEqual(["transport", true]);
    expect(kinds(Object.assign(new Error("x"), { code: "limit", stage: "s", offset: 0 }))).toEqual([
      "malformed-event",
      false,
    ]);
  });
});

describe("what the format does not know", () => {
  test("comes as custom parts, never silently", () => {
    const events = [
      { type: "ping", data: "{}", lastEventId: "" },
      { type: "message", data: '{"hello":1}', lastEventId: "" },
      {
        type: "message",
        data: JSON.stringify(said({ graph_data: { a: 1 }, empty: {}, gone: null })),
        lastEventId: "",
      },
      {
        type: "message",
        data: JSON.stringify({ choices: [], moderation: { input: [] } }),
        lastEventId: "",
      },
      {
        type: "message",
        data: JSON.stringify({ choices: [], prompt_progress: { total: 4, processed: 1 } }),
        lastEventId: "",
      },
      { type: "message", data: "  ", lastEventId: "" },
    ];
    expect(brief(run(decodeOpenaiChat({ name: "acme" }), events))).toEqual([
      "custom acme.ping {}",
      'custom acme.event {"hello":1}',
      'custom acme.graph_data {"a":1}',
      'custom openai.moderation {"input":[]}',
      "status prompt 0.25",
      "finish interrupted",
    ]);
  });

  test("keeps fields of the format that are of another type", () => {
    const parts = decode([
      said({ refusal: { a: 1 }, reasoning: ["b"], function_call: "c" }),
      said("d", { finish_reason: 5 }),
      { usage: 6 },
      DONE,
    ]);
    expect(brief(parts)).toEqual([
      'custom openai.refusal {"a":1}',
      'custom openai.reasoning ["b"]',
      "finish other",
    ]);
    expect(parts.at(-1)).toHaveProperty("providerMetadata", {
      openai: { function_call: "c", delta: "d", finish_reason: 5, usage: 6 },
    });
  });

  test("cannot reach a prototype", () => {
    const finish = decode(['{"__proto__":{"polluted":1},"choices":[]}', DONE]).at(-1);
    expect(JSON.stringify(finish)).toContain('"openai":{"__proto__":{"polluted":1}}');
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
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
