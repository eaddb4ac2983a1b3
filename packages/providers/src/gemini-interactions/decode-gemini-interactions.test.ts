import { run } from "@millrace/core";
import { describe, expect, test } from "vitest";
import { brief } from "../brief.fixture.ts";
import { event } from "../events.fixture.ts";
import { decodeGeminiInteractions } from "./decode-gemini-interactions.ts";
import {
  broken,
  completed,
  created,
  decode,
  delta,
  DONE,
  lines,
  says,
  start,
  stop,
} from "./interactions.fixture.ts";

describe("an ordinary interaction", () => {
  const usage = {
    total_tokens: 20,
    total_input_tokens: 5,
    total_tool_use_tokens: 2,
    total_cached_tokens: 1,
    total_output_tokens: 6,
    total_thought_tokens: 7,
  };
  const events = [
    created({ id: "i", model: "m", status: "in_progress", created: "2026-05-15T18:52:46Z" }),
    { event_type: "interaction.status_update", interaction_id: "i", status: "in_progress" },
    start(0, "thought"),
    delta(0, "thought_summary", { content: { type: "text", text: "hm" } }),
    delta(0, "thought_signature", { signature: "s" }),
    stop(0),
    start(1, "model_output"),
    says("Good ", 1),
    says("morning", 1),
    stop(1),
    completed("completed", { id: "i", model: "m", usage, service_tier: "standard" }),
  ];

  test("is a block a step", () => {
    const all = decode([...events, DONE]);
    expect(brief(all)).toEqual([
      "response i m",
      "status in_progress",
      "status in_progress",
      "reasoning-0 ( summary",
      "reasoning-0 + hm",
      "reasoning-0 ) s",
      "text-0 (",
      "text-0 + Good ",
      "text-0 + morning",
      "text-0 )",
      "usage 7 13",
      "finish stop completed",
    ]);
    expect(all[0]).toMatchObject({ timestamp: new Date("2026-05-15T18:52:46Z") });
    expect(all.at(-1)).toMatchObject({
      usage: {
        inputTokens: { total: 7, noCache: 6, cacheRead: 1 },
        outputTokens: { total: 13, text: 6, reasoning: 7 },
        raw: usage,
      },
      providerMetadata: { gemini: { service_tier: "standard" } },
    });
  });

  test("is the same from the SDK's objects, and by the names of events alone", () => {
    expect(run(decodeGeminiInteractions(), events)).toEqual(decode(events));
    const named = events.map((data) => {
      const { event_type: type, ...rest } = data as { event_type: string };
      return event(rest, type);
    });
    expect(run(decodeGeminiInteractions(), named)).toEqual(decode(events));
  });

  test("is read, too, from a server that does not stream and sends but the interaction", () => {
    const steps = [
      { type: "thought", summary: [{ type: "text", text: "hm" }], signature: "s" },
      { type: "model_output", content: [{ type: "text", text: "Good morning" }] },
      { type: "function_call", id: "c", name: "f", arguments: { x: 1 } },
    ];
    const whole = { id: "i", object: "interaction", model: "m", steps, usage };
    expect(lines({ ...whole, status: "requires_action" })).toEqual([
      "response i m",
      "usage 7 13",
      "reasoning-0 ( summary",
      "reasoning-0 + hm",
      "reasoning-0 ) s",
      "text-0 (",
      "text-0 + Good morning",
      "text-0 )",
      "c ( f",
      'c + {"x":1}',
      "c )",
      'call c f {"x":1} valid',
      "finish tool-calls requires_action",
    ]);
    // One that is still under way is no answer.
    expect(lines({ ...whole, status: "in_progress" }).at(-1)).toBe("finish interrupted");
  });

  test("ends at its completion: what follows does not count", () => {
    expect(lines(...events, says("late"), "{").at(-1)).toBe("finish stop completed");
  });

  test("counts thoughts within the output where the total says so", () => {
    const within = { ...usage, total_tokens: 13 };
    expect(decode([completed("completed", { usage: within })]).at(-1)).toMatchObject({
      usage: { outputTokens: { total: 6, text: 0, reasoning: 7 } },
    });
  });

  test("may be told of in its last event only", () => {
    const steps = [
      { type: "thought", signature: "s", summary: [{ type: "text", text: "hm" }] },
      { type: "model_output", content: [{ type: "text", text: "a" }] },
      { type: "function_call", id: "c", name: "f", arguments: { x: 1 } },
    ];
    expect(lines(completed("requires_action", { steps }))).toEqual([
      "reasoning-0 ( summary",
      "reasoning-0 + hm",
      "reasoning-0 ) s",
      "text-0 (",
      "text-0 + a",
      "text-0 )",
      "c ( f",
      'c + {"x":1}',
      "c )",
      'call c f {"x":1} valid',
      "finish tool-calls requires_action",
    ]);
    expect(lines(says("a"), stop(0), completed("completed", { steps }))).toHaveLength(4);
  });
});

describe("steps", () => {
  test("may overlap", () => {
    expect(
      lines(
        start(3, "model_output"),
        start(7, "function_call", { id: "c", name: "f" }),
        says("a", 3),
        delta(7, "arguments_delta", { arguments: '{"x"' }),
        says("b", 3),
        delta(7, "arguments_delta", { arguments: ":1}" }),
        stop(7),
        says("c", 3),
        stop(3),
        completed("completed"),
      ),
    ).toEqual([
      "c ( f",
      "text-0 (",
      "text-0 + a",
      'c + {"x"',
      "text-0 + b",
      "c + :1}",
      "c )",
      'call c f {"x":1} valid',
      "text-0 + c",
      "text-0 )",
      "finish tool-calls completed",
    ]);
  });

  test("may begin before the stream did, or without being told of", () => {
    expect(
      lines(
        says("a", 4),
        delta(5, "thought_summary", { content: { type: "text", text: "hm" } }),
        delta(6, "google_search_call", { arguments: { q: 1 } }),
        stop(4),
        stop(9),
        stop(5),
        completed("completed"),
      ),
    ).toEqual([
      "text-0 (",
      "text-0 + a",
      "reasoning-0 ( summary",
      "reasoning-0 + hm",
      "tool-0 ( google_search provider",
      'tool-0 + {"q":1}',
      "tool-0 )",
      'call tool-0 google_search {"q":1} valid',
      "text-0 )",
      "reasoning-0 )",
      "finish stop completed",
    ]);
    expect(lines(delta(0, "arguments_delta", { arguments: "{}" }))[0]).toBe(
      "error malformed-event A tool call came without the name of its tool",
    );
  });

  test("with an impossible index are an error", () => {
    expect(lines(says("a", -1), start(1e9, "thought"), stop(0.5))).toEqual([
      "error malformed-event A step has no usable index",
      "error malformed-event A step has no usable index",
      "error malformed-event A step has no usable index",
      "finish error",
    ]);
  });

  test("call what the provider runs, and what came of it", () => {
    const all = decode([
      start(0, "google_search_call", { id: "s", signature: "" }),
      delta(0, "google_search_call", { arguments: { queries: ["q"] }, signature: "sig" }),
      stop(0),
      start(1, "google_search_result", { call_id: "s" }),
      delta(1, "google_search_result", { result: [1], is_error: false }),
      stop(1),
      start(2, "mcp_server_tool_call", { id: "m", name: "n", server_name: "x", arguments: {} }),
      stop(2),
      start(3, "mcp_server_tool_result", { call_id: "m", result: "r", is_error: true }),
      stop(3),
      start(4, "function_result", { call_id: "z", name: "f", result: "r" }),
      stop(4),
      completed("completed"),
    ]);
    expect(brief(all)).toEqual([
      "s ( google_search provider",
      's + {"queries":["q"]}',
      "s )",
      'call s google_search {"queries":["q"]} valid',
      "result s [1]",
      "m ( n provider",
      "m + {}",
      "m )",
      "call m n {} valid",
      'result m "r"',
      'result z "r"',
      "finish stop completed",
    ]);
    expect(all[3]).toMatchObject({
      providerExecuted: true,
      providerMetadata: { gemini: { signature: "sig" } },
    });
    expect(all[8]).toMatchObject({ providerMetadata: { gemini: { server_name: "x" } } });
    expect(all[9]).toMatchObject({ toolName: "n", isError: true });
  });

  test("of a function have arguments from pieces, or from their start", () => {
    const call = (rest: object, ...pieces: unknown[]) =>
      lines(
        start(0, "function_call", { id: "c", name: "f", ...rest }),
        ...pieces.map((piece) => delta(0, "arguments_delta", { arguments: piece })),
        stop(0),
      ).find((line) => line.startsWith("call"));
    expect(call({ arguments: {} }, '{"a":', "1}")).toBe('call c f {"a":1} valid');
    expect(call({ arguments: {} })).toBe("call c f {} valid");
    expect(call({ arguments: { a: 1 } })).toBe('call c f {"a":1} valid');
    expect(call({})).toBe("call c f  valid");
    expect(call({}, { a: 1 })).toBe('call c f {"a":1} valid');
    expect(call({}, "{x}")).toBe("call c f {x} invalid");
  });

  test("show, cite, and hold what nobody knows", () => {
    const annotations = [
      { type: "url_citation", url: "https://a", title: "A", start_index: 1, end_index: 2 },
      { type: "file_citation", file_name: "f", document_uri: "doc" },
      { type: "place_citation", name: "P", url: "https://p" },
    ];
    const all = decode([
      start(0, "model_output", { content: [{ type: "text", text: "ab", annotations: [] }] }),
      delta(0, "text_annotation_delta", { annotations }),
      delta(0, "image", { mime_type: "image/png", data: "AA" }),
      delta(0, "audio", { data: "BB" }),
      delta(0, "audio", { data: "CC" }),
      delta(0, "video", { uri: "https://v" }),
      delta(0, "new", { a: 1 }),
      says("ü"),
      delta(0, "text_annotation", { annotations: { url: "https://a", end_index: 1 } }),
      stop(0),
      start(1, "user_input", { content: "hi" }),
      delta(1, "text", { text: "not the model's" }),
      { event_type: "new.event", b: 2 },
      { hello: 1 },
      completed("completed"),
    ]);
    expect(brief(all)).toEqual([
      "text-0 (",
      "text-0 + ab",
      "source url https://a A",
      "source document doc f",
      "source place https://p P",
      "text-0 )",
      "file image/png AA",
      "file audio/* BB",
      "file audio/* CC",
      "file video/* https://v",
      'custom gemini.new {"type":"new","a":1}',
      "text-1 (",
      "text-1 + ü",
      "source url https://a",
      "text-1 )",
      'custom gemini.user_input {"type":"user_input","content":"hi"}',
      'custom gemini.user_input {"type":"text","text":"not the model\'s"}',
      'custom gemini.new.event {"event_type":"new.event","b":2}',
      'custom gemini.event {"hello":1}',
      "finish stop completed",
    ]);
    const anchors = all.flatMap((part) => (part.type === "source" ? [part.anchor] : []));
    expect(anchors[0]).toEqual({ blockId: "text-0", start: 1, end: 2 });
    expect(anchors[3]).toEqual({ blockId: "text-1" });
    const pieces = all.flatMap((part) => (part.type === "file" ? [part.id, part.delta] : []));
    expect(pieces).toEqual([
      undefined,
      undefined,
      "file-0",
      true,
      "file-0",
      true,
      undefined,
      undefined,
    ]);
  });

  test("tell of their own errors", () => {
    const error = { code: 13, message: "m" };
    expect(lines(start(0, "model_output", { error }))[0]).toBe("error unknown m");
  });
});

describe("the end", () => {
  test.each([
    ["completed", "stop completed"],
    ["requires_action", "tool-calls requires_action"],
    ["incomplete", "length incomplete"],
    ["budget_exceeded", "length budget_exceeded"],
    ["cancelled", "other cancelled"],
  ])("with the status %s means %s", (status, expected) => {
    expect(lines(says("x"), completed(status)).at(-1)).toBe(`finish ${expected}`);
    expect(lines(says("x"), { event_type: "interaction.status_update", status }, DONE).at(-1)).toBe(
      `finish ${expected}`,
    );
  });

  test("may be told of by the name of an event", () => {
    expect(lines({ event_type: "interaction.requires_action" }).at(-1)).toBe(
      "finish tool-calls requires_action",
    );
    expect(lines({ event_type: "interaction.in_progress" })).toEqual([
      "status in_progress",
      "finish interrupted",
    ]);
  });

  test("that failed is an error, once", () => {
    expect(lines(completed("failed"))).toEqual([
      'error unknown The provider finished with "failed"',
      "finish error failed",
    ]);
    const error = { event_type: "error", error: { code: "internal", message: "m" } };
    expect(decode([error, { event_type: "new.event", b: 2 }]).at(-1)).not.toHaveProperty(
      "providerMetadata", // nothing is told twice
    );
    expect(lines(error, completed("failed"))).toEqual(["error server m", "finish error failed"]);
    expect(lines(error, DONE)).toEqual(["error server m", "finish error"]);
    expect(brief(run(decodeGeminiInteractions(), [event(error, "error")]))).toEqual([
      "error server m",
      "finish error",
    ]);
  });

  test("is none where the input just ends, but the stream can be taken up again", () => {
    expect(lines(says("x")).at(-1)).toBe("finish interrupted");
    expect(lines(says("x"), DONE).at(-1)).toBe("finish other");
    const finish = decode([
      created({ id: "i", status: "in_progress" }, { event_id: "e1" }),
      { ...says("x"), event_id: "e2" },
    ]).at(-1);
    expect(finish).toMatchObject({
      finishReason: { unified: "interrupted" },
      continuable: {
        kind: "background",
        cursor: { kind: "event-id", value: "e2", responseId: "i" },
      },
    });
    // What is not stored cannot be asked for.
    expect(decode([created({ id: "" }, { event_id: "e1" })]).at(-1)).not.toHaveProperty(
      "continuable",
    );
  });

  test("comes after all blocks wherever it breaks off", () => {
    const events = [
      start(0, "thought"),
      delta(0, "thought_signature", { signature: "s" }),
      start(1, "function_call", { name: "f" }),
      delta(1, "arguments_delta", { arguments: '{"a' }),
      says("x", 2),
    ];
    for (let count = 0; count <= events.length; count++) {
      expect(broken(events.slice(0, count)).slice(-2)).toEqual([
        "error transport connection lost",
        "finish error",
      ]);
    }
    expect(broken(events)).toContain('call tool-0 f {"a truncated');
  });
});

describe("an interaction that goes on", () => {
  const usage = (input: number, output: number) => ({
    usage: { total_input_tokens: input, total_output_tokens: output, total_tokens: input + output },
  });

  test("says where, if the next request is somebody else's", () => {
    const last = decode([
      created({ id: "i" }),
      says("a"),
      completed("requires_continuation", { continuation_token: "t", ...usage(1, 2) }),
      DONE,
    ]).at(-1);
    expect(last).toMatchObject({
      finishReason: { unified: "length", raw: "requires_continuation" },
      continuable: {
        kind: "continuation-token",
        cursor: { kind: "continuation-token", value: "t", responseId: "i" },
      },
    });
  });

  test("is one answer if the next request comes in the same stream", () => {
    expect(
      lines(
        created({ id: "i" }),
        says("a"),
        completed("requires_continuation", { continuation_token: "t", ...usage(1, 2) }),
        created({ id: "j" }),
        says("b"),
        completed("completed", usage(10, 20)),
      ),
    ).toEqual([
      "response i",
      "text-0 (",
      "text-0 + a",
      "usage 1 2",
      "text-0 )",
      "text-1 (",
      "text-1 + b",
      "usage 11 22",
      "text-1 )",
      "finish stop completed",
    ]);
  });

  test("tells of tokens at which it could be taken up", () => {
    const update = {
      event_type: "interaction.status_update",
      interaction_id: "i",
      status: "in_progress",
      continuation_token: "t",
      ...usage(1, 2),
    };
    expect(decode([update])).toContainEqual({
      type: "status",
      status: "in_progress",
      cursor: { kind: "continuation-token", value: "t", responseId: "i" },
    });
    expect(lines(update)).toContain("usage 1 2");
    expect(lines({ ...says("x"), metadata: { total_usage: usage(3, 4).usage } })).toContain(
      "usage 3 4",
    );
  });

  test("passes over events that are said again", () => {
    const numbered = [created({ id: "i" }), says("a"), says("b"), stop(0)].map((data, index) => ({
      ...data,
      event_id: `e${index}`,
    }));
    const again = [...numbered.slice(0, 3), ...numbered.slice(1), completed("completed")];
    expect(lines(...again)).toEqual(lines(...numbered, completed("completed")));
  });

  test("remembers only so many ids", () => {
    const events = Array.from({ length: 10_000 }, (_, index) => ({
      ...says("a"),
      event_id: `e${index}`,
    }));
    expect(lines(...events, events[9_999], events[0])).toHaveLength(10_004);
  });
});
