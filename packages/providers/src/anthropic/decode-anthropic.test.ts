import { fuse, run } from "@millrace/core";
import { checkParts, type FinishPart, type Part } from "@millrace/parts";
import { decodeSse } from "@millrace/sse";
import { describe, expect, test } from "vitest";
import { brief } from "../brief.fixture.ts";
import { event } from "../events.fixture.ts";
import {
  adds,
  broken,
  closes,
  decode,
  END,
  fills,
  lines,
  opens,
  says,
  starts,
  stops,
  TEXT,
  THINKING,
  thinks,
  tool,
} from "./anthropic.fixture.ts";
import { decodeAnthropic } from "./decode-anthropic.ts";

describe("an ordinary answer", () => {
  const events = [
    starts({ id: "msg_1", model: "m", role: "assistant", content: [], usage: { input_tokens: 9 } }),
    opens(0, TEXT),
    says("Good "),
    says("morning"),
    closes(),
    stops("end_turn", { stop_sequence: null }, { output_tokens: 2 }),
    END,
  ];

  test("is one text block, then its usage and its finish", () => {
    const usage = {
      inputTokens: { total: 9 },
      outputTokens: { total: 2 },
      raw: { input_tokens: 9, output_tokens: 2 },
    };
    expect(decode(events)).toEqual([
      { type: "response-metadata", id: "msg_1", modelId: "m", role: "assistant" },
      {
        type: "usage",
        usage: { inputTokens: { total: 9 }, outputTokens: {}, raw: { input_tokens: 9 } },
      },
      { type: "text-start", id: "text-0" },
      { type: "text-delta", id: "text-0", delta: "Good " },
      { type: "text-delta", id: "text-0", delta: "morning" },
      { type: "text-end", id: "text-0" },
      { type: "usage", usage },
      { type: "finish", finishReason: { unified: "stop", raw: "end_turn" }, usage },
    ]);
  });

  test("is read, too, from a server that does not stream and sends but the message", () => {
    const content = [
      { type: "text", text: "Look." },
      { type: "tool_use", id: "a", name: "f", input: { x: 1 } },
    ];
    expect(
      lines({ type: "message", id: "m", content, stop_reason: "tool_use", usage: {} }),
    ).toEqual([
      "response m",
      "usage",
      "text-0 (",
      "text-0 + Look.",
      "text-0 )",
      "a ( f",
      'a + {"x":1}',
      "a )",
      'call a f {"x":1} valid',
      "finish tool-calls tool_use",
    ]);
  });

  test("is the same from the SDK's events, and by the names of events or their types alone", () => {
    const parts = decode(events); // whose events have no names
    expect(run(decodeAnthropic(), events)).toEqual(parts);
    const untyped = events.map((value) => {
      const { type, ...rest } = value as { type: string };
      return event(rest, type);
    });
    expect(run(decodeAnthropic(), untyped)).toEqual(parts);
  });

  test("is the same with pings anywhere, which are told of", () => {
    const ping = { type: "ping" };
    const parts = decode(events.flatMap((value) => [ping, value]));
    expect(parts.filter(({ type }) => type === "status")).toHaveLength(events.length);
    expect(parts.filter(({ type }) => type !== "status")).toEqual(decode(events));
  });

  test("gives each event, too, as it came, when asked", () => {
    const raw = brief(decode([says("a"), "{", END], { raw: true })).filter((line) =>
      line.startsWith("raw"),
    );
    expect(raw).toEqual([
      `raw message ${JSON.stringify(says("a"))}`,
      'raw message "{"',
      'raw message {"type":"message_stop"}',
    ]);
  });
});

describe("the end", () => {
  test("is message_stop, and nothing after it counts", () => {
    expect(lines(says("x"), stops("end_turn"), END, says("y"), "{", "[DONE]").at(-1)).toBe(
      "finish stop end_turn",
    );
    let reason: unknown = "none";
    const machine = decodeAnthropic().start(
      () => undefined,
      (why) => (reason = why),
    );
    machine.push(END);
    expect(reason).toBeUndefined();
  });

  test("may lack its message_stop when the stop reason came, or its stop reason", () => {
    expect(lines(says("x"), stops("end_turn")).at(-1)).toBe("finish stop end_turn");
    expect(lines(says("x"), END).at(-1)).toBe("finish other");
    expect(lines(opens(0, tool("a", "f")), fills("{}"), closes(), END).at(-1)).toBe(
      "finish tool-calls",
    );
    expect(lines(says("x"), "[DONE]").at(-1)).toBe("finish other");
  });

  test("is heard where its event lacks a blank line, amid events without data", () => {
    const body = `data:\n\nevent: ping\n\ndata: ${JSON.stringify(says("x"))}\n\ndata: ${JSON.stringify(END)}`;
    const sse = decodeSse({ incomplete: "dispatch", strays: "dispatch" });
    expect(brief(run(fuse(sse, decodeAnthropic(), checkParts()), [body]))).toEqual([
      "text-0 (",
      "text-0 + x",
      "text-0 )",
      "finish other",
    ]);
    expect(lines("", " ", END)).toEqual(["finish other"]);
  });

  test("is not a text that says so", () => {
    expect(lines(says("[DONE]"), says('{"type":"message_stop"}')).at(-1)).toBe(
      "finish interrupted",
    );
  });

  test.each([
    ["end_turn", "stop"],
    ["stop_sequence", "stop"],
    ["tool_use", "tool-calls"],
    ["max_tokens", "length"],
    ["model_context_window_exceeded", "length"],
    ["refusal", "content-filter"],
    ["compaction", "other"],
    ["unheard_of", "other"],
  ])("for %s is %s", (raw, unified) => {
    expect(lines(says("x"), stops(raw), END).at(-1)).toBe(`finish ${unified} ${raw}`);
  });

  test("for a pause can be continued", () => {
    expect(decode([stops("pause_turn"), END]).at(-1)).toMatchObject({
      finishReason: { unified: "stop", raw: "pause_turn" },
      continuable: { kind: "pause-turn" },
    });
  });

  test("names the stop sequence", () => {
    expect(decode([stops("stop_sequence", { stop_sequence: "\n\n" }), END]).at(-1)).toMatchObject({
      stopSequence: "\n\n",
    });
  });

  test("by refusal says why, also without any block", () => {
    const details = { type: "refusal", category: "cyber", explanation: "No." };
    expect(decode([starts(), stops("refusal", { stop_details: details }), END])).toMatchObject([
      { type: "usage" },
      {
        type: "finish",
        finishReason: { unified: "content-filter", raw: "refusal" },
        providerMetadata: { anthropic: { stop_details: details } },
      },
    ]);
  });

  test.each([0, 1, 2, 3, 4, 5, 6, 7])(
    "broken off after %i events closes all blocks and fails",
    (count) => {
      const events = [
        opens(0, THINKING),
        thinks("hm"),
        opens(1, TEXT),
        says("x", 1),
        opens(2, tool("a", "f")),
        fills('{"a"', 2),
        stops("tool_use"),
      ].slice(0, count);
      expect(broken(events).slice(-2)).toEqual([
        "error transport connection lost",
        count === 7 ? "finish tool-calls tool_use" : "finish error",
      ]);
    },
  );
});

describe("errors", () => {
  const overloaded = { type: "error", error: { type: "overloaded_error", message: "Busy" } };

  test.each<[string, unknown, string]>([
    ["an event", overloaded, "overloaded Busy"],
    ["a gateway's event", { error: { message: "m", code: 502 } }, "server m"],
    ["object: error", { object: "error", message: "m", code: 429 }, "rate-limit m"],
    ["not JSON", "<html>Bad Gateway</html>", "malformed-event An event is not JSON"],
    ["half an event", '{"type":"content_bl', "malformed-event An event is not JSON"],
    ["no object", "17", "malformed-event An event is not an object"],
  ])("come as %s, at any place, and are followed by a finish", (_, value, expected) => {
    expect(lines(value)).toEqual([`error ${expected}`, "finish error"]);
    expect(lines(says("x"), value, says("y"), closes())).toEqual([
      "text-0 (",
      "text-0 + x",
      `error ${expected}`,
      "text-0 + y",
      "text-0 )",
      "finish error",
    ]);
    expect(lines(stops("max_tokens"), value, END).slice(-2)).toEqual([
      `error ${expected}`,
      "finish length max_tokens",
    ]);
  });

  test.each([
    ["invalid_request_error", "invalid-request", false],
    ["authentication_error", "auth", false],
    ["billing_error", "quota", false],
    ["permission_error", "permission", false],
    ["not_found_error", "not-found", false],
    ["request_too_large", "too-large", false],
    ["rate_limit_error", "rate-limit", true],
    ["api_error", "server", true],
    ["timeout_error", "timeout", true],
    ["overloaded_error", "overloaded", true],
    ["conflict_error", "unknown", false],
  ])("of the type %s are %s", (type, kind, retryable) => {
    const [part] = decode([{ type: "error", error: { type, message: "m" }, request_id: "r" }]);
    expect(part).toMatchObject({
      error: { kind, retryable, providerType: type, data: { request_id: "r" } },
    });
  });

  test("are heard outside of whole events", () => {
    const body = `data: ${JSON.stringify(says("x"))}\n\nerror: {"code":503,"message":"late"}\n\n`;
    const sse = decodeSse({ incomplete: "dispatch", strays: "dispatch" });
    expect(brief(run(fuse(sse, decodeAnthropic(), checkParts()), [body])).slice(2)).toEqual([
      "error overloaded late",
      "text-0 )",
      "finish error",
    ]);
  });
});

describe("usage", () => {
  test("is what came last of each total, input counting what caches had to do with", () => {
    const start = {
      input_tokens: 43,
      cache_creation_input_tokens: 100,
      cache_read_input_tokens: 1000,
      output_tokens: 1,
      service_tier: "standard",
    };
    const end = {
      input_tokens: 61,
      cache_creation_input_tokens: null,
      output_tokens: 30,
      output_tokens_details: { thinking_tokens: 12 },
    };
    const finish = decode([starts({ usage: start }), stops("end_turn", {}, end), END]).at(-1);
    expect(finish).toMatchObject({
      usage: {
        inputTokens: { total: 1161, noCache: 61, cacheRead: 1000, cacheWrite: 100 },
        outputTokens: { total: 30, text: 18, reasoning: 12 },
        raw: { ...start, ...end, cache_creation_input_tokens: 100 },
      },
    });
  });

  test("has as many fields as an API may have, however many come", () => {
    const strange = (from: number) =>
      Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`x_${from + index}`, index]));
    const told = decode([
      starts({ usage: { input_tokens: 1 } }),
      ...[0, 60, 120].map((from) => stops("", {}, strange(from))),
      stops("end_turn", {}, { input_tokens: 2 }),
      END,
    ]);
    const { raw, inputTokens } = (told.at(-1) as FinishPart).usage;
    expect(Object.keys(raw as object)).toHaveLength(64);
    expect(inputTokens).toEqual({ total: 2 });
  });

  test("of another type is kept among the fields that have no place", () => {
    expect(decode([{ type: "message_delta", usage: 5 }, END]).at(-1)).toMatchObject({
      usage: { inputTokens: {}, outputTokens: {} },
      providerMetadata: { anthropic: { usage: 5 } },
    });
  });
});

describe("what has no part", () => {
  test("comes as custom parts, never silently", () => {
    expect(
      lines(
        { type: "new_event", x: 1 },
        { hello: 1 },
        opens(0, { type: "container_upload", file_id: "file_1" }),
        closes(0),
        opens(1, { type: "compaction", content: null }),
        adds(1, { type: "compaction_delta", content: "short", encrypted_content: null }),
        closes(1),
        opens(2, { type: "compaction", content: null }),
        closes(2),
        adds(3, { type: "new_delta", x: 2 }),
        opens(4, null),
        END,
      ),
    ).toEqual([
      'custom anthropic.new_event {"type":"new_event","x":1}',
      'custom anthropic.event {"hello":1}',
      'custom anthropic.container_upload {"type":"container_upload","file_id":"file_1"}',
      'custom anthropic.compaction {"type":"compaction_delta","content":"short","encrypted_content":null}',
      'custom anthropic.compaction {"type":"compaction","content":null}',
      'custom anthropic.new_delta {"type":"new_delta","x":2}',
      "custom anthropic.content_block {}",
      "finish other",
    ]);
  });

  test("tells of a model that another one goes on for", () => {
    const fallback = { type: "fallback", from: { model: "a" }, to: { model: "b" } };
    expect(lines(starts({ id: "m", model: "a" }), opens(0, fallback), END)).toEqual([
      "response m a",
      `custom anthropic.fallback ${JSON.stringify(fallback)}`,
      "response b",
      "finish other",
    ]);
  });

  test("stays beside what it was said of, or on the finish", () => {
    const parts = decode(
      [
        starts({ id: "m", container: { id: "c" } }),
        opens(0, { ...TEXT, tone: "low" }),
        adds(0, { type: "text_delta", text: { a: 1 } }),
        adds(0, { type: "text_delta", text: "x", weight: 2 }),
        { ...stops("end_turn"), context_management: { applied_edits: [] } },
        { ...END, "amazon-bedrock-invocationMetrics": { latency: 3 } },
      ],
      { name: "acme" },
    );
    expect(parts.filter((part) => "providerMetadata" in part)).toMatchObject([
      { type: "text-start", providerMetadata: { acme: { tone: "low" } } },
      { type: "text-delta", delta: "", providerMetadata: { acme: { text: { a: 1 } } } },
      { type: "text-delta", delta: "x", providerMetadata: { acme: { weight: 2 } } },
      {
        type: "finish",
        providerMetadata: {
          acme: {
            container: { id: "c" },
            context_management: { applied_edits: [] },
            "amazon-bedrock-invocationMetrics": { latency: 3 },
          },
        },
      },
    ]);
  });
});

describe("a message_start", () => {
  test("that comes twice counts once", () => {
    const start = starts({ id: "m", model: "a", usage: { input_tokens: 1 } });
    expect(lines(start, says("x"), start, says("y"), END)).toEqual([
      "response m a",
      "usage 1",
      "text-0 (",
      "text-0 + x",
      "text-0 + y",
      "text-0 )",
      "finish other",
    ]);
  });

  test("of another message amid the first makes the first one void", () => {
    expect(
      lines(
        starts({ id: "a", model: "m", usage: { input_tokens: 1 } }),
        opens(0, tool("t", "f")),
        fills("{}"),
        closes(),
        opens(1, TEXT),
        says("cut", 1),
        starts({ id: "b", model: "m", usage: { input_tokens: 2 } }),
        opens(0, TEXT),
        says("whole"),
        closes(),
        stops("end_turn"),
        END,
      ),
    ).toEqual([
      "response a m",
      "usage 1",
      "t ( f",
      "t + {}",
      "t )",
      "call t f {} valid",
      "text-0 (",
      "text-0 + cut",
      "text-0 )",
      "reset t text-0",
      "response b m",
      "usage 2",
      "text-1 (",
      "text-1 + whole",
      "text-1 )",
      "usage 2",
      "finish stop end_turn",
    ]);
  });

  test("may bring blocks", () => {
    const call = tool("t", "f", { input: { x: 1 }, caller: { type: "direct" } });
    const parts = decode([starts({ id: "m", content: [{ type: "text", text: "a" }, call] }), END]);
    expect(brief(parts)).toEqual([
      "response m",
      "text-0 (",
      "text-0 + a",
      "text-0 )",
      "t ( f",
      't + {"x":1}',
      "t )",
      'call t f {"x":1} valid',
      "finish tool-calls",
    ]);
    expect(parts.at(-2)).toMatchObject({
      providerMetadata: { anthropic: { caller: { type: "direct" } } },
    });
  });
});

describe("the limit", () => {
  test("trips on the first unit too many, behind all that came before", () => {
    const events = (length: number) => [opens(0, tool("abc", "f")), fills("x".repeat(length)), END];
    decode(events(3), { maxHeld: 10 });
    let error: unknown;
    try {
      decode(events(4), { maxHeld: 10 });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({
      name: "LimitError",
      message: "Cannot decode Anthropic messages: what is held grew beyond maxHeld 10",
      stage: "decodeAnthropic",
      offset: 1,
    });
    expect(brief((error as { outputs: Part[] }).outputs)).toEqual([
      "abc ( f",
      "abc )",
      "call abc f  truncated",
      "error malformed-event Cannot decode Anthropic messages: what is held grew beyond maxHeld 10",
      "finish error",
    ]);
  });
});
