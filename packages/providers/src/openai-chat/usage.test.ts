import { describe, expect, test } from "vitest";
import { calls, decode, DONE, fn, lines, said, says, stops } from "./chat.fixture.ts";

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
