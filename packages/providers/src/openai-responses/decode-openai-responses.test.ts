import { fuse, run } from "@millrace/core";
import { checkParts, text, type Part } from "@millrace/parts";
import { decodeSse } from "@millrace/sse";
import { describe, expect, test } from "vitest";
import { brief } from "../brief.fixture.ts";
import { event } from "../events.fixture.ts";
import { decodeOpenaiResponses } from "./decode-openai-responses.ts";
import {
  about,
  adds,
  begins,
  broken,
  call,
  decode,
  does,
  ends,
  fills,
  lines,
  MESSAGE,
  says,
} from "./responses.fixture.ts";

describe("an ordinary answer", () => {
  const text = { type: "output_text", text: "Good morning", annotations: [] };
  const events = [
    begins({ id: "resp_1", model: "m", created_at: 1 }),
    adds(MESSAGE),
    about("content_part.added", 0, { content_index: 0, part: { type: "output_text", text: "" } }),
    says("Good "),
    says("morning"),
    about("output_text.done", 0, { content_index: 0, text: "Good morning" }),
    about("content_part.done", 0, { content_index: 0, part: text }),
    does({ ...MESSAGE, status: "completed", content: [text] }),
    ends("completed", { usage: { input_tokens: 8, output_tokens: 2 } }),
  ].map((value, index) => ({ ...value, sequence_number: index }));

  test("is one text block, then its usage and its finish", () => {
    const usage = {
      inputTokens: { total: 8 },
      outputTokens: { total: 2 },
      raw: { input_tokens: 8, output_tokens: 2 },
    };
    expect(decode(events)).toEqual([
      { type: "response-metadata", id: "resp_1", modelId: "m", timestamp: new Date(1000) },
      {
        type: "status",
        status: "created",
        cursor: { kind: "sequence", value: 0, responseId: "resp_1" },
      },
      { type: "text-start", id: "text-0", providerMetadata: { openai: { itemId: "msg" } } },
      { type: "text-delta", id: "text-0", delta: "Good " },
      { type: "text-delta", id: "text-0", delta: "morning" },
      { type: "text-end", id: "text-0" },
      { type: "usage", usage },
      { type: "finish", finishReason: { unified: "stop", raw: "completed" }, usage },
    ]);
  });

  test("is read, too, from a server that does not stream and sends but the response", () => {
    const output = [{ ...MESSAGE, status: "completed", content: [text] }];
    expect(lines({ object: "response", id: "resp_1", status: "completed", output })).toEqual([
      "text-0 (",
      "text-0 + Good morning",
      "text-0 )",
      "response resp_1",
      "finish stop completed",
    ]);
    const queued = { object: "response", id: "resp_1", status: "queued", output: [] };
    expect(lines(queued)).toEqual([
      `custom openai.event ${JSON.stringify(queued)}`,
      "finish interrupted",
    ]);
  });

  test("is the same from the SDK's events, and by the names of events alone", () => {
    const parts = decode(events);
    expect(run(decodeOpenaiResponses(), events)).toEqual(parts);
    const untyped = events.map((value) => {
      const { type, ...rest } = value as unknown as { type: string };
      return event(rest, type);
    });
    expect(run(decodeOpenaiResponses(), untyped)).toEqual(parts);
  });

  test("is the same where parts, items or numbers are not announced", () => {
    const bare = [events[0]!, says("Good "), says("morning"), events[8]!];
    const same = (all: Part[]) => brief(all).filter((line) => !/^status/.test(line));
    expect(same(decode(bare))).toEqual(same(decode(events)));
  });

  test("is whole where only the last snapshot has it", () => {
    expect(
      lines(begins(), ends("completed", { output: [{ ...MESSAGE, content: [text] }] })).slice(1),
    ).toEqual(["text-0 (", "text-0 + Good morning", "text-0 )", "finish stop completed"]);
  });

  test("has its logprobs on its deltas", () => {
    const logprobs = [{ token: "x", logprob: -1, bytes: [120], top_logprobs: [] }];
    expect(decode([says("x", 0, { logprobs })])[1]).toEqual({
      type: "text-delta",
      id: "text-0",
      delta: "x",
      logprobs: [{ token: "x", logprob: -1, bytes: [120] }],
    });
  });

  test("keeps its fields without a place on the finish, but not what repeats the request", () => {
    const response = {
      instructions: "Be kind",
      tools: [{}],
      service_tier: "flex",
      content_filters: [{ blocked: false }],
      output: [],
    };
    const finish = decode([{ ...ends("completed", response), copilot_usage: { n: 1 } }], {
      name: "acme",
    }).at(-1);
    expect(finish).toMatchObject({
      providerMetadata: {
        acme: {
          service_tier: "flex",
          content_filters: [{ blocked: false }],
          copilot_usage: { n: 1 },
        },
      },
    });
    expect(JSON.stringify(finish)).not.toMatch(/instructions|tools/);
  });
});

describe("the end", () => {
  test.each([
    ["completed", {}, "stop"],
    ["failed", {}, "error"],
    ["cancelled", {}, "other"],
    ["incomplete", { incomplete_details: { reason: "max_output_tokens" } }, "length"],
    ["incomplete", { incomplete_details: { reason: "content_filter" } }, "content-filter"],
    ["incomplete", { incomplete_details: { reason: "max_messages" } }, "other"],
    ["incomplete", {}, "other"],
  ])("with %s %j is %s", (status, response, unified) => {
    expect(lines(says("x"), ends(status, response)).at(-1)).toBe(`finish ${unified} ${status}`);
  });

  test("with calls for the caller asks for them", () => {
    const done = does(call("a", "f", { arguments: "{}" }));
    expect(lines(done, ends()).at(-1)).toBe("finish tool-calls completed");
    expect(lines(done, ends("incomplete")).at(-1)).toBe("finish other incomplete");
    expect(lines(done, "[DONE]").at(-1)).toBe("finish tool-calls");
  });

  test("with nothing but a refusal is a filter's", () => {
    const refuses = about("refusal.delta", 0, { content_index: 0, delta: "No." });
    expect(lines(refuses, ends())).toEqual([
      "text-0 ( refusal",
      "text-0 + No.",
      "text-0 )",
      "finish content-filter completed",
    ]);
    expect(lines(says("x"), refuses, ends()).at(-1)).toBe("finish stop completed");
  });

  test("is the event that says so, and nothing after it counts", () => {
    expect(lines(ends(), says("y"), "{")).toEqual(["finish stop completed"]);
    let reason: unknown = "none";
    const machine = decodeOpenaiResponses().start(
      () => undefined,
      (why) => (reason = why),
    );
    machine.push(ends());
    expect(reason).toBeUndefined();
  });

  test("is heard where its event lacks a blank line, amid events without data", () => {
    const body = `data:\n\ndata: ${JSON.stringify(says("x"))}\n\ndata: ${JSON.stringify(ends())}`;
    const sse = decodeSse({ incomplete: "dispatch", strays: "dispatch" });
    expect(brief(run(fuse(sse, decodeOpenaiResponses(), checkParts()), [body]))).toEqual([
      "text-0 (",
      "text-0 + x",
      "text-0 )",
      "finish stop completed",
    ]);
    expect(lines("", " ", ends())).toEqual(["finish stop completed"]);
  });

  test("may be a [DONE], and is not a text that says so", () => {
    expect(lines(says("x"), "[DONE]").at(-1)).toBe("finish other");
    expect(lines(says("[DONE]"), says("response.completed")).at(-1)).toBe("finish interrupted");
  });

  test("of a response that was steered can be continued", () => {
    const steered = { incomplete_details: { reason: "steered" } };
    expect(decode([ends("incomplete", steered)]).at(-1)).toMatchObject({
      finishReason: { unified: "other", raw: "incomplete" },
      continuable: { kind: "steered" },
    });
  });

  test("too early, of a response that runs in the background, says where to go on", () => {
    const events = [
      { ...begins({ id: "r", background: true }), sequence_number: 0 },
      { ...says("x"), sequence_number: 1 },
      { ...says("y"), sequence_number: 2 },
      { ...says("z"), sequence_number: 3 }, // is foreseen
    ];
    expect(decode(events).at(-1)).toMatchObject({
      finishReason: { unified: "interrupted" },
      continuable: {
        kind: "background",
        cursor: { kind: "sequence", value: 3, responseId: "r" },
      },
    });
    const ended = { ...ends("completed", { background: true }), sequence_number: 4 };
    expect(decode([...events, ended]).at(-1)).not.toHaveProperty("continuable");
  });

  test.each([0, 1, 2, 3, 4, 5])(
    "broken off after %i events closes all blocks and fails",
    (count) => {
      const events = [
        about("reasoning_summary_text.delta", 0, { summary_index: 0, delta: "hm" }),
        says("x", 1),
        adds(call("a", "f"), 2),
        fills('{"a"', 2),
        about("web_search_call.searching", 3),
      ].slice(0, count);
      expect(broken(events).slice(-2)).toEqual(["error transport connection lost", "finish error"]);
    },
  );
});

describe("errors", () => {
  test.each<[string, unknown, string]>([
    ["flat", { type: "error", code: "server_error", message: "m", param: null }, "server m"],
    [
      "nested",
      { type: "error", error: { code: "rate_limit_exceeded", message: "m" } },
      "rate-limit m",
    ],
    ["with a status", { type: "error", status: 429, error: { message: "m" } }, "unknown m"],
    ["a gateway's", { error: { message: "m", code: 502 } }, "server m"],
    ["object: error", { object: "error", message: "m", code: 429 }, "rate-limit m"],
    ["not JSON", "<html>Bad Gateway</html>", "malformed-event An event is not JSON"],
    ["half an event", '{"type":"response.', "malformed-event An event is not JSON"],
    ["no object", "17", "malformed-event An event is not an object"],
  ])("come %s, at any place, and are followed by a finish", (_, value, expected) => {
    expect(lines(value)).toEqual([`error ${expected}`, "finish error"]);
    expect(lines(says("x"), value, says("y"))).toEqual([
      "text-0 (",
      "text-0 + x",
      `error ${expected}`,
      "text-0 + y",
      "text-0 )",
      "finish error",
    ]);
  });

  test("told twice are one", () => {
    const error = { code: "rate_limit_exceeded", message: "Slow down" };
    const all = ["error rate-limit Slow down", "finish error failed"];
    const fails = ends("failed", { error });
    expect(lines(fails)).toEqual(all);
    expect(lines({ type: "error", error: { type: "tokens", ...error } }, fails)).toEqual(all);
    const named = event({ type: "error", error }, "error");
    expect(brief(run(decodeOpenaiResponses(), [named, fails]))).toEqual(all);
  });

  test.each([
    ["server_error", "server"],
    ["rate_limit_exceeded", "rate-limit"],
    ["insufficient_quota", "quota"],
    ["invalid_prompt", "invalid-request"],
    ["context_length_exceeded", "context-length"],
    ["bio_policy", "content-filter"],
    ["misalignment_policy_violation", "content-filter"],
    ["image_content_policy_violation", "content-filter"],
    ["vector_store_timeout", "timeout"],
  ])("with the code %s are %s", (code, kind) => {
    expect(lines(ends("failed", { error: { code, message: "m" } }))[0]).toBe(`error ${kind} m`);
  });

  test("are heard outside of whole events", () => {
    const body = `data: ${JSON.stringify(says("x"))}\n\nerror: {"code":503,"message":"late"}\n\n`;
    const sse = decodeSse({ incomplete: "dispatch", strays: "dispatch" });
    const parts = run(fuse(sse, decodeOpenaiResponses(), checkParts()), [body]);
    expect(brief(parts).slice(2)).toEqual(["error overloaded late", "text-0 )", "finish error"]);
  });
});

describe("usage", () => {
  test("has what caches and reasoning had to do with", () => {
    const raw = {
      input_tokens: 100,
      input_tokens_details: { cached_tokens: 60, cache_write_tokens: 10 },
      output_tokens: 30,
      output_tokens_details: { reasoning_tokens: 12 },
      total_tokens: 130,
    };
    expect(decode([ends("completed", { usage: raw })]).at(-1)).toMatchObject({
      usage: {
        inputTokens: { total: 100, noCache: 30, cacheRead: 60, cacheWrite: 10 },
        outputTokens: { total: 30, text: 18, reasoning: 12 },
        raw,
      },
    });
  });
});

describe("numbers of events", () => {
  const numbered = (...events: [number, object][]): object[] =>
    events.map(([sequence_number, value]) => ({ ...value, sequence_number }));

  test("that have been here mark what has been told", () => {
    const events = numbered(
      [0, begins({ id: "r" })],
      [1, says("a")],
      [2, says("b")],
      [3, says("c")],
      [2, says("b")],
      [3, says("c")],
      [5, says("d")],
      [6, ends()],
    );
    expect(lines(...events).slice(2)).toEqual([
      "text-0 (",
      "text-0 + a",
      "text-0 + b",
      "text-0 + c",
      "text-0 + d",
      "text-0 )",
      "finish stop completed",
    ]);
  });

  test("that begin anew with another response end the first, and say so", () => {
    const first = [begins({ id: "r" }), says("The "), says("mill "), says("tur")];
    const again = [begins({ id: "s" }), says("The mill turns."), ends()];
    const number = (events: object[]) =>
      events.map((value, index) => ({ ...value, sequence_number: index }));
    for (const events of [
      [...number(first), ...number(again)],
      number([...first, ...again]),
      [...first, ...again],
    ]) {
      expect(lines(...events).slice(-3)).toEqual([
        "error transport Another response began before this one had ended",
        "text-0 )",
        "finish error",
      ]);
    }
    // The same one, told again from its beginning, is no other.
    const told = decode([...number(first), ...number([...first, says("ns."), ends()])]);
    expect(run(text(), told).join("")).toBe("The mill turns.");
  });

  test("that are all the same mark nothing", () => {
    const events = [begins(), says("a"), says("b"), says("c"), says("d"), ends()];
    const same = events.map((value) => ({ ...value, sequence_number: 0 }));
    expect(lines(...same).filter((line) => line.includes("+"))).toHaveLength(4);
  });

  test("that begin late say nothing where the response begins", () => {
    const done = about("output_text.done", 0, { content_index: 0, text: "x" });
    expect(lines(...numbered([7, begins()], [8, done], [9, ends()])).slice(1)).toEqual([
      "text-0 (",
      "text-0 + x",
      "text-0 )",
      "finish stop completed",
    ]);
  });

  test("that begin in the middle leave out what was told before", () => {
    const text = { type: "output_text", text: "told" };
    const events = numbered(
      [7, about("output_text.done", 0, { content_index: 0, text: "told" })],
      [8, about("content_part.done", 0, { content_index: 0, part: text })],
      [9, does({ ...MESSAGE, content: [text] }, 0)],
      [10, about("reasoning_text.done", 1, { content_index: 0, text: "told" })],
      [11, does({ type: "reasoning", content: [text], summary: [text] }, 1)],
      [12, says(" end", 2)],
      [13, about("output_text.done", 2, { content_index: 0, text: "the end" })],
      [14, does(call("a", "f", { arguments: "{}" }), 3)],
      [15, ends("completed", { output: [MESSAGE, {}, {}, {}, { ...MESSAGE, content: [text] }] })],
    );
    expect(lines(...events)).toEqual([
      "text-0 (",
      "text-0 +  end",
      "a ( f",
      "a + {}",
      "a )",
      "call a f {} valid",
      "text-0 )",
      "finish tool-calls completed",
    ]);
  });
});

describe("the limit", () => {
  test("trips on the first unit too many, behind all that came before", () => {
    const events = (length: number) => [adds(call("abc", "f")), fills("x".repeat(length)), ends()];
    decode(events(3), { maxHeld: 14 });
    let error: unknown;
    try {
      decode(events(4), { maxHeld: 14 });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({
      name: "LimitError",
      message: "Cannot decode OpenAI responses: what is held grew beyond maxHeld 14",
      stage: "decodeOpenaiResponses",
      offset: 1,
    });
    expect(brief((error as { outputs: Part[] }).outputs)).toEqual([
      "abc ( f",
      "abc )",
      "call abc f  truncated",
      "error malformed-event Cannot decode OpenAI responses: what is held grew beyond maxHeld 14",
      "finish error",
    ]);
  });
});
