import { decodeText, fuse, run } from "@millrace/core";
import { checkParts, type Part } from "@millrace/parts";
import { describe, expect, test } from "vitest";
import { brief } from "../brief.fixture.ts";
import { decodeOllama } from "./decode-ollama.ts";
import { broken, calls, decode, done, lines, said, says, thinks } from "./ollama.fixture.ts";

describe("an ordinary answer", () => {
  test("thinks, speaks, and says how long it took", () => {
    const all = decode([
      { ...thinks("hm"), created_at: "2025-08-14T14:53:08.224713Z" },
      { ...says("Good "), created_at: "2025-08-14T14:53:08.3Z" },
      { ...says("morning"), created_at: "2025-08-14T14:53:08.4Z" },
      done("stop", { prompt_eval_count: 3, eval_count: 4, eval_duration: 5 }),
    ]);
    const usage = {
      inputTokens: { total: 3 },
      outputTokens: { total: 4 },
      raw: { prompt_eval_count: 3, eval_count: 4 },
    };
    expect(all).toEqual([
      {
        type: "response-metadata",
        modelId: "m",
        role: "assistant",
        timestamp: new Date("2025-08-14T14:53:08.224Z"),
      },
      { type: "reasoning-start", id: "reasoning-0" },
      { type: "reasoning-delta", id: "reasoning-0", delta: "hm" },
      { type: "reasoning-end", id: "reasoning-0" },
      { type: "text-start", id: "text-0" },
      { type: "text-delta", id: "text-0", delta: "Good " },
      { type: "text-delta", id: "text-0", delta: "morning" },
      { type: "usage", usage },
      { type: "text-end", id: "text-0" },
      {
        type: "finish",
        finishReason: { unified: "stop", raw: "stop" },
        usage,
        providerMetadata: { ollama: { eval_duration: 5 } },
      },
    ]);
  });

  test("is the same from lines, from what NDJSON makes of them, and from the SDK's objects", () => {
    const chunks = [says("a"), thinks("b"), calls("f", {}), done("stop")];
    const texts = chunks.map((chunk) => JSON.stringify(chunk));
    const values = chunks.map((value) => ({ value }));
    const known = decode(chunks);
    for (const inputs of [texts, values, chunks]) {
      expect(run<string | object, Part>(decodeOllama(), inputs)).toEqual(known);
    }
  });

  test("ends with the line that says so: what follows does not count", () => {
    expect(lines(says("a"), done("stop"), says("b"), "{").at(-1)).toBe("finish stop stop");
  });

  test("may say something in its last line", () => {
    expect(lines(said({ content: "a" }, { done: true, done_reason: "stop" }))).toEqual([
      "response m",
      "text-0 (",
      "text-0 + a",
      "usage",
      "text-0 )",
      "finish stop stop",
    ]);
  });

  test("of /api/generate stands in other fields", () => {
    const all = decode([
      { model: "m", response: "", thinking: "hm", done: false },
      { model: "m", response: "a", done: false },
      { model: "m", response: "", done: true, done_reason: "stop", context: [1, 2] },
    ]);
    expect(brief(all)).toEqual([
      "response m",
      "reasoning-0 (",
      "reasoning-0 + hm",
      "reasoning-0 )",
      "text-0 (",
      "text-0 + a",
      "usage",
      "text-0 )",
      "finish stop stop",
    ]);
    expect(all.at(-1)).toMatchObject({ providerMetadata: { ollama: { context: [1, 2] } } });
  });

  test("shows pictures, whole, and how far they are", () => {
    expect(
      lines(
        says("a"),
        said({ images: ["AA", null] }),
        { model: "m", completed: 1, total: 4, done: false },
        { model: "m", image: "BB", done: true },
      ).slice(3),
    ).toEqual([
      "text-0 )",
      "file image/* AA",
      "status generating 0.25",
      "file image/* BB",
      "usage",
      "finish other",
    ]);
  });

  test("has its logprobs on its deltas", () => {
    expect(
      decode([said({ content: "x" }, { logprobs: [{ token: "x", logprob: -1 }] })])[2],
    ).toEqual({
      type: "text-delta",
      id: "text-0",
      delta: "x",
      logprobs: [{ token: "x", logprob: -1 }],
    });
  });
});

describe("tool calls", () => {
  test("come whole, with ids or without, and make the finish one of tools", () => {
    expect(
      lines(
        says("x"),
        calls("f", { a: 1 }, { id: "c" }),
        calls("g", {}),
        said({ tool_calls: [{ function: { name: "h" } }, { name: "i", arguments: '{"b":2}' }] }),
        done("stop"),
      ),
    ).toEqual([
      "response m assistant",
      "text-0 (",
      "text-0 + x",
      "text-0 )",
      "c ( f",
      'c + {"a":1}',
      "c )",
      'call c f {"a":1} valid',
      "tool-0 ( g",
      "tool-0 + {}",
      "tool-0 )",
      "call tool-0 g {} valid",
      "tool-1 ( h",
      "tool-1 )",
      "call tool-1 h  valid",
      "tool-2 ( i",
      'tool-2 + {"b":2}',
      "tool-2 )",
      'call tool-2 i {"b":2} valid',
      "usage",
      "finish tool-calls stop",
    ]);
  });

  test("without a name are an error that keeps the bytes", () => {
    expect(decode([calls("", { a: 1 })])[1]).toMatchObject({
      type: "error",
      error: { kind: "malformed-event", data: { function: { name: "", arguments: { a: 1 } } } },
    });
  });
});

describe("the finish", () => {
  test.each([
    ["stop", "stop stop"],
    ["length", "length length"],
    ["load", "other load"],
    ["unload", "other unload"],
    ["", "other "],
    [undefined, "other"],
  ])("of %j", (reason, expected) => {
    expect(lines(says("x"), done(reason)).at(-1)).toBe(`finish ${expected}`);
  });

  test("that is missing is an interruption", () => {
    expect(lines()).toEqual(["finish interrupted"]);
    expect(lines(says("x")).at(-1)).toBe("finish interrupted");
    expect(lines(calls("f", {})).at(-1)).toBe("finish interrupted");
  });

  test("comes after all blocks wherever the answer breaks off", () => {
    for (const events of [[], [says("x")], [thinks("x")], [calls("f", {})]]) {
      expect(broken(events).slice(-2)).toEqual(["error transport connection lost", "finish error"]);
    }
  });
});

describe("what is wrong", () => {
  test("is an error in words, behind which nothing more comes", () => {
    expect(lines(says("x"), { error: "model runner has unexpectedly stopped" })).toEqual([
      "response m assistant",
      "text-0 (",
      "text-0 + x",
      "error unknown model runner has unexpectedly stopped",
      "text-0 )",
      "finish error",
    ]);
  });

  test("is told of where the official client drops it: a line that is no JSON", () => {
    const parts = run(fuse(decodeOllama(), checkParts()), [
      JSON.stringify(says("a")),
      '{"model":"m","mess',
      { line: "<html>", error: new Error("not JSON") },
      JSON.stringify(done("stop")),
    ]);
    expect(brief(parts)).toEqual([
      "response m assistant",
      "text-0 (",
      "text-0 + a",
      "error malformed-event An event is not JSON",
      "error malformed-event An event is not JSON",
      "usage",
      "text-0 )",
      "finish stop stop",
    ]);
  });

  test("is not two objects on one line, nor a line that is blank", () => {
    const glued = `${JSON.stringify(says("a}{"))} ${JSON.stringify(says("b"))}{"mod`;
    const parts = run(decodeOllama(), ["", glued, "  ", JSON.stringify(done("stop"))]);
    expect(brief(parts)).toEqual([
      "response m assistant",
      "text-0 (",
      "text-0 + a}{",
      "text-0 + b",
      "error malformed-event An event is not JSON",
      "usage",
      "text-0 )",
      "finish stop stop",
    ]);
  });

  test("is a character cut in two by the end of the body", () => {
    const bytes = new TextEncoder().encode(JSON.stringify(says("🌊")));
    const [cut] = run(fuse(decodeText(), decodeOllama()), [bytes.slice(0, -22)]).slice(-2);
    expect(cut).toMatchObject({ type: "error", error: { kind: "malformed-event" } });
  });

  test("surfaces where nobody knows it", () => {
    const parts = decode([
      { status: "downloading" },
      said({ content: { a: 1 }, channel: { b: 2 } }, { done: "yes", remote_host: "h" }),
    ]);
    expect(brief(parts)).toEqual([
      'custom ollama.event {"status":"downloading"}',
      "response m",
      'custom ollama.content {"a":1}',
      'custom ollama.channel {"b":2}',
      "finish interrupted",
    ]);
    expect(parts.at(-1)).toMatchObject({
      providerMetadata: { ollama: { done: "yes", remote_host: "h" } },
    });
  });
});
