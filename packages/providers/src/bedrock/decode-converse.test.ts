import { fuse, run } from "@millrace/core";
import { checkParts, type Part } from "@millrace/parts";
import { describe, expect, test } from "vitest";
import { brief } from "../brief.fixture.ts";
import { decodeConverse } from "./decode-converse.ts";
import { decodeEventStream } from "./decode-event-stream.ts";
import type { EventStreamFrame } from "./frame.ts";
import { eventBytes, eventFrame, exceptionFrame, join } from "./frames.fixture.ts";

type Event = readonly [name: string, payload: object];

const begins: Event = ["messageStart", { role: "assistant", p: "abc" }];
const block = (kind: string, start: object, contentBlockIndex = 0): Event => [
  "contentBlockStart",
  { contentBlockIndex, start: { [kind]: start } },
];
const delta = (content: object, contentBlockIndex = 0): Event => [
  "contentBlockDelta",
  { contentBlockIndex, delta: content, p: "ab".repeat(Math.abs(contentBlockIndex) % 9) },
];
const says = (text: unknown, index = 0): Event => delta({ text }, index);
const reasons = (content: object, index = 0): Event => delta({ reasoningContent: content }, index);
const args = (input: unknown, index = 0): Event => delta({ toolUse: { input } }, index);
const stops = (contentBlockIndex = 0): Event => ["contentBlockStop", { contentBlockIndex }];
const ends = (stopReason: unknown): Event => ["messageStop", { stopReason, p: "a" }];
const counts = (rest: object = {}): Event => ["metadata", { metrics: { latencyMs: 5 }, ...rest }];

function decode(...events: (Event | EventStreamFrame)[]): Part[] {
  const frames = events.map((event) =>
    "payload" in event ? event : eventFrame(event[0], event[1]),
  );
  return run(fuse(decodeConverse(), checkParts()), frames);
}

const lines = (...events: (Event | EventStreamFrame)[]): string[] => brief(decode(...events));

describe("an ordinary answer", () => {
  const usage = { inputTokens: 5, outputTokens: 2, cacheReadInputTokens: 3, totalTokens: 10 };
  const events = [
    begins,
    reasons({ text: "hm" }),
    reasons({ signature: "s" }),
    stops(),
    says("Good ", 1),
    says("morning", 1),
    stops(1),
    ends("end_turn"),
    counts({ usage, trace: { guardrail: {} } }),
  ];

  test("thinks, speaks and counts; starts are not sent for such blocks", () => {
    const all = decode(...events);
    expect(brief(all)).toEqual([
      "response assistant",
      "reasoning-0 (",
      "reasoning-0 + hm",
      "reasoning-0 ) s",
      "text-0 (",
      "text-0 + Good ",
      "text-0 + morning",
      "text-0 )",
      "usage 8 2",
      "finish stop end_turn",
    ]);
    expect(all.at(-1)).toMatchObject({
      usage: {
        inputTokens: { total: 8, noCache: 5, cacheRead: 3 },
        outputTokens: { total: 2 },
        raw: usage,
      },
      providerMetadata: { bedrock: { metrics: { latencyMs: 5 }, trace: { guardrail: {} } } },
    });
  });

  test("is the same from the SDK's objects, and from bytes", () => {
    const objects = events.map(([name, payload]) => ({ [name]: payload }));
    expect(run(decodeConverse(), objects)).toEqual(decode(...events));
    const bytes = join(...events.map(([name, payload]) => eventBytes(name, payload)));
    expect(run(fuse(decodeEventStream(), decodeConverse()), [bytes])).toEqual(decode(...events));
  });

  test("ends at the metadata behind its stop, whichever comes first", () => {
    expect(lines(...events, says("late")).at(-1)).toBe("finish stop end_turn");
    expect(lines(says("x"), counts({ usage }), says("y"), ends("end_turn"), says("z"))).toEqual([
      "text-0 (",
      "text-0 + x",
      "usage 8 2",
      "text-0 + y",
      "text-0 )",
      "finish stop end_turn",
    ]);
  });

  test("is not foreseen by the shape of an event of another name", () => {
    const payload = { contentBlockIndex: 0, delta: { text: "b" }, p: "" };
    expect(lines(says("a"), says("a"), ["newEvent", payload], says("c"))).toEqual([
      "text-0 (",
      "text-0 + a",
      "text-0 + a",
      `custom bedrock.newEvent ${JSON.stringify(payload)}`,
      "text-0 + c",
      "text-0 )",
      "finish interrupted",
    ]);
  });
});

describe("blocks", () => {
  test("may be calls, and may interleave", () => {
    expect(
      lines(
        block("toolUse", { toolUseId: "a", name: "f" }, 0),
        block("toolUse", { toolUseId: "b", name: "g", type: "server_tool_use" }, 1),
        args('{"x"', 0),
        args("{}", 1),
        args(":1}", 0),
        stops(1),
        block("toolResult", { toolUseId: "b", status: "error", type: "t" }, 2),
        delta({ toolResult: [{ text: "no" }] }, 2),
        delta({ toolResult: [{ json: 1 }] }, 2),
        stops(2),
        stops(0),
        ends("tool_use"),
        counts(),
      ),
    ).toEqual([
      "a ( f",
      "b ( g provider",
      'a + {"x"',
      "b + {}",
      "a + :1}",
      "b )",
      "call b g {} valid",
      'result b [{"text":"no"},{"json":1}]',
      "a )",
      'call a f {"x":1} valid',
      "finish tool-calls tool_use",
    ]);
  });

  test("of calls that are cut are truncated, unless the stop says that they are whole", () => {
    const called = (...rest: Event[]) =>
      lines(block("toolUse", { toolUseId: "a", name: "f" }), args("1"), ...rest).find((line) =>
        line.startsWith("call"),
      );
    expect(called()).toBe("call a f 1 truncated");
    expect(called(ends("max_tokens"))).toBe("call a f 1 truncated");
    expect(called(ends("tool_use"))).toBe("call a f 1 valid");
    expect(called(block("toolUse", { name: "g" }))).toBe("call a f 1 valid");
  });

  test("of calls without a name are errors that keep the bytes", () => {
    const errors = decode(block("toolUse", { toolUseId: "a" }), args("{}")).slice(0, 2);
    expect(errors).toMatchObject([
      { type: "error", error: { kind: "malformed-event", data: { toolUseId: "a" } } },
      { type: "error", error: { kind: "malformed-event", data: { input: "{}" } } },
    ]);
  });

  test("of redacted reasoning are one Base64 of all their pieces, which each have their own", () => {
    expect(
      lines(
        reasons({ redactedContent: btoa("a") }),
        reasons({ redactedContent: btoa("bc") }),
        stops(),
        reasons({ redactedContent: "?" }, 1),
      ),
    ).toEqual([
      "reasoning-0 ( redacted",
      `reasoning-0 ) ${btoa("abc")}`,
      "error malformed-event Redacted reasoning is not Base64",
      "finish error",
    ]);
    const bytes = {
      contentBlockDelta: { delta: { reasoningContent: { redactedContent: Uint8Array.of(255) } } },
    };
    expect(run(decodeConverse(), [bytes])[1]).toMatchObject({ encrypted: "/w==" });
  });

  test("cite, show, and hold what nobody knows", () => {
    const location = { documentChar: { documentIndex: 0, start: 0, end: 7 } };
    const all = decode(
      delta({ citation: { title: "facts", location } }),
      delta({ citation: { location: { web: { url: "https://w" } } } }),
      says("a"),
      delta({ citation: { source: "https://s" } }),
      stops(),
      block("image", { format: "png" }, 1),
      delta({ image: { source: { bytes: "AAAA" } } }, 1),
      delta({ image: { error: { message: "too dark" } } }, 1),
      delta({ image: { source: { bytes: "?" } } }, 1),
      stops(1),
      block("audio", { a: 1 }, 2),
      delta({ video: 2, text: { b: 3 } }, 2),
      ["newEvent", { c: 4 }],
    );
    expect(brief(all)).toEqual([
      "text-0 (",
      "source document facts",
      "source url https://w",
      "text-0 + a",
      "source url https://s",
      "text-0 )",
      "file image/png AAAA",
      "error unknown too dark",
      "error malformed-event An image is not Base64",
      'custom bedrock.audio {"a":1}',
      "custom bedrock.video 2",
      'custom bedrock.text {"b":3}',
      'custom bedrock.newEvent {"c":4}',
      "finish error",
    ]);
    expect(all[1]).toMatchObject({
      anchor: { blockId: "text-0" },
      providerMetadata: { bedrock: { title: "facts", location } },
    });
  });

  test("with an impossible index are an error", () => {
    expect(lines(says("a", -1), says("b", 1e9))).toEqual([
      "error malformed-event A block has no usable index",
      "error malformed-event A block has no usable index",
      "finish error",
    ]);
  });
});

describe("the finish", () => {
  test.each([
    ["end_turn", "stop end_turn"],
    ["stop_sequence", "stop stop_sequence"],
    ["tool_use", "tool-calls tool_use"],
    ["max_tokens", "length max_tokens"],
    ["model_context_window_exceeded", "length model_context_window_exceeded"],
    ["guardrail_intervened", "content-filter guardrail_intervened"],
    ["content_filtered", "content-filter content_filtered"],
    ["new_reason", "other new_reason"],
  ])("of %s", (reason, expected) => {
    expect(lines(says("x"), ends(reason)).at(-1)).toBe(`finish ${expected}`);
    expect(lines(says("x"), ends(reason), counts()).at(-1)).toBe(`finish ${expected}`);
  });

  test("of a malformed answer is an error, too", () => {
    expect(lines(ends("malformed_tool_use"))).toEqual([
      'error unknown The provider finished with "malformed_tool_use"',
      "finish error malformed_tool_use",
    ]);
  });

  test("that is missing is an interruption", () => {
    expect(lines()).toEqual(["finish interrupted"]);
    expect(lines(says("x"), stops()).at(-1)).toBe("finish interrupted");
    expect(lines(says("x"), counts()).at(-1)).toBe("finish interrupted");
  });

  test("comes after all blocks where a frame is broken, or the stream ends inside of one", () => {
    const bytes = join(eventBytes(...says("a")), eventBytes(...ends("end_turn")));
    const broken = (cut: number, flip?: number): string[] => {
      const parts: Part[] = [];
      const piece = bytes.slice(0, cut);
      if (flip !== undefined) piece[flip]! ^= 1;
      const machine = fuse(decodeEventStream(), decodeConverse(), checkParts()).start((part) =>
        parts.push(part),
      );
      expect(() => {
        machine.push(piece);
        machine.flush();
      }).toThrow();
      return brief(parts).slice(-3);
    };
    const first = eventBytes(...says("a")).length;
    for (const length of [1, 3, 4, 12, 40]) {
      expect(broken(first + length)).toEqual([
        "text-0 )",
        "error transport Cannot decode event stream: the input ended inside a frame",
        "finish error",
      ]);
    }
    expect(broken(bytes.length, bytes.length - 8)).toEqual([
      "text-0 )",
      "error malformed-event Cannot decode event stream: the checksum of a frame does not hold",
      "finish error",
    ]);
  });
});

describe("errors in the stream", () => {
  test.each([
    ["throttlingException", "rate-limit", true],
    ["internalServerException", "server", true],
    ["modelStreamErrorException", "server", true],
    ["serviceUnavailableException", "overloaded", true],
    ["modelTimeoutException", "timeout", true],
    ["validationException", "invalid-request", false],
    ["accessDeniedException", "permission", false],
    ["unheardOfException", "unknown", false],
  ])("called %s are of the kind %s", (type, kind, retryable) => {
    const parts = decode(says("a"), exceptionFrame(type, { message: "m", p: "abc" }));
    expect(parts[2]).toMatchObject({
      type: "error",
      error: { kind, retryable, message: "m", providerType: type },
    });
    expect(brief(parts).slice(-2)).toEqual(["text-0 )", "finish error"]);
    // AWS' SDK throws them, or has them among its events.
    const thrown: Part[] = [];
    const name = `${type.charAt(0).toUpperCase()}${type.slice(1)}`;
    decodeConverse()
      .start((part) => thrown.push(part))
      .fail(Object.assign(new Error("m"), { name }));
    const known = kind === "unknown" ? { kind: "transport" } : { kind, retryable };
    expect(thrown[0]).toMatchObject({ error: { message: "m", ...known } });
    expect(run(decodeConverse(), [{ [type]: { message: "m" } }])[0]).toMatchObject({
      error: { kind, message: "m" },
    });
  });

  test("may have no JSON, or no words", () => {
    expect(lines(exceptionFrame("xException", "plain words"))[0]).toBe("error unknown plain words");
    expect(lines(exceptionFrame("xException", ""))[0]).toBe("error unknown xException");
    expect(lines(exceptionFrame("xException", "[1]"))[0]).toBe("error unknown xException");
  });

  test("may be errors of the transport, told in headers alone", () => {
    const headers = {
      ":message-type": "error",
      ":error-code": "InternalFailure",
      ":error-message": "An internal server error occurred",
    };
    expect(decode({ headers, payload: new Uint8Array() })[0]).toMatchObject({
      error: { kind: "server", code: "InternalFailure", message: headers[":error-message"] },
    });
  });

  test("may be payloads that are no JSON, or none of this format", () => {
    expect(lines(eventFrame("contentBlockDelta", "{"), eventFrame("metadata", "7"))).toEqual([
      "error malformed-event An event is not JSON",
      "error malformed-event An event is not an object",
      "finish error",
    ]);
    expect(brief(run(decodeConverse(), [{ message: "Too many requests" }] as object[]))[0]).toBe(
      "error unknown Too many requests",
    );
  });
});
