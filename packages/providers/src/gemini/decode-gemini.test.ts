import { fuse, run } from "@millrace/core";
import { checkParts } from "@millrace/parts";
import { decodeSse } from "@millrace/sse";
import { describe, expect, test } from "vitest";
import { brief } from "../brief.fixture.ts";
import { event } from "../events.fixture.ts";
import { decodeGemini } from "./decode-gemini.ts";
import { broken, calls, decode, lines, parts, says, stops } from "./gemini.fixture.ts";

describe("an ordinary answer", () => {
  test("is one text block, usage as it grows, and a finish at the end of the input", () => {
    const usageMetadata = { promptTokenCount: 4, candidatesTokenCount: 2, thoughtsTokenCount: 3 };
    const all = decode([
      {
        ...says("Good "),
        modelVersion: "m",
        responseId: "r",
        createTime: "2026-05-04T20:01:02.264968Z",
        usageMetadata: { promptTokenCount: 4 },
      },
      { ...says("morning"), modelVersion: "m", responseId: "r" },
      { ...stops("STOP"), usageMetadata },
    ]);
    const usage = {
      inputTokens: { total: 4 },
      outputTokens: { total: 5, text: 2, reasoning: 3 },
      raw: usageMetadata,
    };
    expect(all).toEqual([
      {
        type: "response-metadata",
        id: "r",
        modelId: "m",
        timestamp: new Date("2026-05-04T20:01:02.264Z"),
        role: "model",
      },
      { type: "text-start", id: "text-0" },
      { type: "text-delta", id: "text-0", delta: "Good " },
      {
        type: "usage",
        usage: { inputTokens: { total: 4 }, outputTokens: {}, raw: { promptTokenCount: 4 } },
      },
      { type: "text-delta", id: "text-0", delta: "morning" },
      { type: "usage", usage },
      { type: "text-end", id: "text-0" },
      { type: "finish", finishReason: { unified: "stop", raw: "STOP" }, usage },
    ]);
  });

  test("is the same from chunk objects, as the SDK or a JSON array gives them", () => {
    const events = [says("a"), stops("STOP")];
    expect(run(decodeGemini(), events)).toEqual(decode(events));
  });

  test("is read without touching the getters of the SDK's chunks, which complain", () => {
    class Response {
      candidates = [{ content: { parts: [{ text: "a" }, { inlineData: {} }] } }];
      get data(): string {
        throw new Error("there are parts without data");
      }
    }
    expect(brief(run(decodeGemini(), [new Response()]))[1]).toBe("text-0 + a");
  });

  test("loses no event to a line before its data", () => {
    const body = `id: 1\nretry: 5\ndata: ${JSON.stringify(says("a"))}\n\n`;
    expect(brief(run(fuse(decodeSse(), decodeGemini()), [body]))).toContain("text-0 + a");
  });

  test("may end with a whole but unterminated event, or inside a CRLF", () => {
    const data = `data: ${JSON.stringify(stops("STOP"))}`;
    for (const end of ["", "\r", "\r\n", "\r\n\r"]) {
      const body = `data: ${JSON.stringify(says("a"))}\r\n\r\n${data}${end}`;
      const events = decodeSse({ incomplete: "dispatch", strays: "dispatch" });
      expect(brief(run(fuse(events, decodeGemini(), checkParts()), [body])).at(-1)).toBe(
        "finish stop STOP",
      );
    }
  });

  test("keeps what the model has no field for on the finish", () => {
    const finish = decode([
      { ...says("x"), modelStatus: { stage: "STABLE" }, promptFeedback: { safetyRatings: [] } },
      { ...stops("STOP", { avgLogprobs: -0.5, safetyRatings: [1], finishMessage: "done" }) },
      { usageMetadata: { trafficType: "ON_DEMAND" } },
    ]).at(-1);
    expect(finish).toMatchObject({
      providerMetadata: {
        gemini: {
          modelStatus: { stage: "STABLE" },
          promptFeedback: { safetyRatings: [] },
          avgLogprobs: -0.5,
          safetyRatings: [1],
          finishMessage: "done",
          usageMetadata: { trafficType: "ON_DEMAND" },
        },
      },
    });
  });

  test("has its logprobs on its delta", () => {
    const logprobsResult = {
      chosenCandidates: [{ token: "x", tokenId: 1, logProbability: -0.5 }],
      topCandidates: [{ candidates: [{ token: "y", logProbability: -1 }] }],
    };
    const [candidate] = parts({ text: "x" }).candidates;
    expect(decode([{ candidates: [{ ...candidate, logprobsResult }] }])[2]).toEqual({
      type: "text-delta",
      id: "text-0",
      delta: "x",
      logprobs: [{ token: "x", logprob: -0.5, topLogprobs: [{ token: "y", logprob: -1 }] }],
    });
  });

  test("gives each event, too, as it came, when asked", () => {
    const all = brief(decode([says("a"), "{"], { raw: true }));
    expect(all.filter((line) => line.startsWith("raw"))).toEqual([
      `raw message ${JSON.stringify(says("a"))}`,
      'raw message "{"',
    ]);
  });
});

describe("thoughts and signatures", () => {
  test("thought is a summary, and each change of kind a new block", () => {
    expect(
      lines(
        says("hm", { thought: true }),
        says("so", { thought: true, thoughtSignature: "s1" }),
        says("a"),
        says("oh", { thought: true }),
        says("b"),
        stops("STOP"),
      ),
    ).toEqual([
      "response model",
      "reasoning-0 ( summary",
      "reasoning-0 + hm",
      "reasoning-0 + so",
      "reasoning-0 ) s1",
      "text-0 (",
      "text-0 + a",
      "text-0 )",
      "reasoning-1 ( summary",
      "reasoning-1 + oh",
      "reasoning-1 )",
      "text-1 (",
      "text-1 + b",
      "text-1 )",
      "finish stop STOP",
    ]);
  });

  test("a signature stands in its place: on text, on no text, on a call, on a file", () => {
    const signed = (thoughtSignature: string) => ({
      providerMetadata: { gemini: { thoughtSignature } },
    });
    const found = decode([
      says("a", { thoughtSignature: "1" }),
      says("", { thoughtSignature: "2" }),
      calls({ name: "f" }, { thoughtSignature: "3" }),
      parts({ inlineData: { mimeType: "image/png", data: "AA" }, thoughtSignature: "4" }),
      parts({ thoughtSignature: "5" }),
      stops("STOP"),
    ]).filter((part) => "providerMetadata" in part);
    expect(found).toEqual([
      { type: "text-delta", id: "text-0", delta: "a", ...signed("1") },
      { type: "text-delta", id: "text-0", delta: "", ...signed("2") },
      expect.objectContaining({ type: "tool-call", ...signed("3") }),
      expect.objectContaining({ type: "file", ...signed("4") }),
      { type: "text-delta", id: "text-1", delta: "", ...signed("5") },
    ]);
  });
});

describe("what else a part may be", () => {
  test("code that Gemini runs is a call of the provider's, with its result", () => {
    expect(
      lines(
        says("a"),
        parts({ executableCode: { language: "PYTHON", code: "1" } }),
        parts({ codeExecutionResult: { outcome: "OUTCOME_FAILED", output: "no" } }),
        parts({ toolCall: { id: "t", toolType: "FILE_SEARCH", args: { q: 1 } } }),
        parts({ executableCode: { id: "c", code: "2" } }),
        parts({ toolResponse: { id: "t", response: 3 } }),
        stops("STOP"),
      ),
    ).toEqual([
      "response model",
      "text-0 (",
      "text-0 + a",
      "text-0 )",
      "tool-0 ( code_execution provider",
      'tool-0 + {"language":"PYTHON","code":"1"}',
      "tool-0 )",
      'call tool-0 code_execution {"language":"PYTHON","code":"1"} valid',
      'result tool-0 {"outcome":"OUTCOME_FAILED","output":"no"}',
      "t ( FILE_SEARCH provider",
      't + {"q":1}',
      "t )",
      'call t FILE_SEARCH {"q":1} valid',
      "c ( code_execution provider",
      'c + {"id":"c","code":"2"}',
      "c )",
      'call c code_execution {"id":"c","code":"2"} valid',
      'result t {"id":"t","response":3}',
      "finish stop STOP",
    ]);
    const [result] = decode([
      parts(
        { executableCode: { code: "1" } },
        { codeExecutionResult: { outcome: "OUTCOME_FAILED" } },
      ),
    ]).filter(({ type }) => type === "tool-result");
    expect(result).toMatchObject({ isError: true, toolName: "code_execution" });
  });

  test("files come whole, drafts of them are marked, sound comes in pieces", () => {
    const sound = { inlineData: { mimeType: "audio/L16;rate=24000", data: "AA" } };
    const image = { inlineData: { mimeType: "image/png", data: "BB" } };
    expect(
      decode([
        parts(sound, sound, { ...image, thought: true }),
        parts({ fileData: { fileUri: "gs://a", mimeType: "video/mp4" } }),
      ]).filter(({ type }) => type === "file"),
    ).toEqual([
      ...[1, 2].map(() => ({
        type: "file",
        id: "audio-0",
        mediaType: "audio/L16;rate=24000",
        data: { type: "data", data: "AA" },
        delta: true,
      })),
      {
        type: "file",
        mediaType: "image/png",
        data: { type: "data", data: "BB" },
        reasoning: true,
      },
      { type: "file", mediaType: "video/mp4", data: { type: "url", url: "gs://a" } },
    ]);
  });

  test("what nobody knows comes as custom parts, and cuts no text", () => {
    expect(
      lines(
        says("a", { partMetadata: { x: 1 } }),
        says("b"),
        parts({ speechMetadata: { y: 2 } }, { inlineData: {} }, { codeExecutionResult: { z: 3 } }),
        { hello: 1 },
        event("{}").data,
      ),
    ).toEqual([
      "response model",
      "text-0 (",
      "text-0 + a",
      'custom gemini.partMetadata {"x":1}',
      "text-0 + b",
      'custom gemini.speechMetadata {"y":2}',
      "custom gemini.inlineData {}",
      "text-0 )",
      'custom gemini.codeExecutionResult {"z":3}',
      'custom gemini.event {"hello":1}',
      "custom gemini.event {}",
      "finish interrupted",
    ]);
  });

  test("fields of another type are kept", () => {
    const finish = decode([
      { candidates: [{ content: { parts: [], role: 5 }, finishReason: 7, index: 0 }] },
      { responseId: 8, candidates: [] },
    ]).at(-1);
    expect(finish).toMatchObject({
      finishReason: { unified: "interrupted", raw: undefined },
      providerMetadata: { gemini: { role: 5, finishReason: 7, responseId: 8 } },
    });
  });
});

describe("several candidates", () => {
  test("are choices, told apart by index or by place", () => {
    const at = (text: string, rest: object = {}) => ({ content: { parts: [{ text }] }, ...rest });
    expect(
      lines(
        { candidates: [at("a"), at("x")] },
        { candidates: [at("y", { index: 1, finishReason: "MAX_TOKENS" })] },
        { candidates: [at("b", { index: 0, finishReason: "STOP" })] },
        { candidates: [at("z", { index: 1e9 })] },
      ),
    ).toEqual([
      "text-0 (",
      "text-0 + a",
      "1: text-1 (",
      "1: text-1 + x",
      "1: text-1 + y",
      "text-0 + b",
      "error malformed-event A choice has no usable index",
      "text-0 )",
      "1: text-1 )",
      "finish stop STOP",
      "1: finish length MAX_TOKENS",
    ]);
  });
});

describe("the finish", () => {
  test.each([
    ["STOP", "stop STOP"],
    ["MAX_TOKENS", "length MAX_TOKENS"],
    ["SAFETY", "content-filter SAFETY"],
    ["RECITATION", "content-filter RECITATION"],
    ["SPII", "content-filter SPII"],
    ["IMAGE_SAFETY", "content-filter IMAGE_SAFETY"],
    ["OTHER", "other OTHER"],
    ["NO_IMAGE", "other NO_IMAGE"],
    ["MADE_UP", "other MADE_UP"],
  ])("%s means %s", (reason, expected) => {
    expect(lines(says("x"), stops(reason)).at(-1)).toBe(`finish ${expected}`);
  });

  test("is the last that is said, and text between two of them goes on in its block", () => {
    expect(
      lines(stops("STOP"), says("a"), stops("STOP"), says("b"), stops("RECITATION"), stops("")),
    ).toEqual([
      "response model",
      "text-0 (",
      "text-0 + a",
      "text-0 + b",
      "text-0 )",
      "finish content-filter RECITATION",
    ]);
  });

  test("with a call means that it is to be answered", () => {
    expect(lines(calls({ name: "f" }), stops("STOP")).at(-1)).toBe("finish tool-calls STOP");
    expect(lines(calls({ name: "f" }), stops("MAX_TOKENS")).at(-1)).toBe(
      "finish length MAX_TOKENS",
    );
  });

  test("that is a fault of the model's is an error, too", () => {
    expect(lines(stops("MALFORMED_FUNCTION_CALL", { finishMessage: "Malformed: f(" }))).toEqual([
      "error unknown Malformed: f(",
      "finish error MALFORMED_FUNCTION_CALL",
    ]);
    expect(lines(stops("UNEXPECTED_TOOL_CALL"))[0]).toBe(
      'error unknown The provider finished with "UNEXPECTED_TOOL_CALL"',
    );
  });

  test("of a prompt that is blocked is a proper one, without any candidate", () => {
    expect(lines({ promptFeedback: { blockReason: "SAFETY" } })).toEqual([
      "finish content-filter SAFETY",
    ]);
  });

  test("that the input ends without is none", () => {
    expect(lines()).toEqual(["finish interrupted"]);
    expect(lines(says("x")).at(-1)).toBe("finish interrupted");
    expect(lines({ candidates: [{ content: {} }] })).toEqual(["finish interrupted"]);
    expect(lines({ error: { code: 500, message: "m" } })).toEqual([
      "error server m",
      "finish error",
    ]);
  });

  test("of a long answer says where to go on", () => {
    const all = decode([
      says("a"),
      { candidates: [{ continuationToken: "t1" }] },
      stops("CONTINUATION", { continuationToken: "t2" }),
    ]);
    const cursor = (value: string) => ({ kind: "continuation-token", value });
    expect(all.filter(({ type }) => type === "status")).toEqual([
      { type: "status", status: "checkpoint", cursor: cursor("t1") },
      { type: "status", status: "checkpoint", cursor: cursor("t2") },
    ]);
    expect(all.at(-1)).toMatchObject({
      finishReason: { unified: "length", raw: "CONTINUATION" },
      continuable: { kind: "continuation-token", cursor: cursor("t2") },
    });
  });

  test("comes after all blocks wherever the answer breaks off", () => {
    const events = [
      says("hm", { thought: true }),
      says("x"),
      calls({ name: "f", willContinue: true }),
      calls({
        partialArgs: [{ jsonPath: "$.a", stringValue: "b", willContinue: true }],
        willContinue: true,
      }),
      stops("STOP"),
    ];
    for (let count = 0; count < events.length; count++) {
      expect(broken(events.slice(0, count)).slice(-2)).toEqual([
        "error transport connection lost",
        "finish error",
      ]);
    }
    expect(broken(events).slice(-2)).toEqual([
      "error transport connection lost",
      "finish tool-calls STOP",
    ]);
  });
});

describe("errors", () => {
  const details = [{ "@type": "…/RetryInfo", retryDelay: "34.5s" }];
  const exhausted = { code: 429, message: "m", status: "RESOURCE_EXHAUSTED", details };

  test("are typed, with the time to wait, and the answer goes on", () => {
    const all = decode([says("a"), { error: exhausted }, says("b"), stops("STOP")]);
    expect(all[3]).toEqual({
      type: "error",
      error: {
        kind: "rate-limit",
        message: "m",
        retryable: true,
        status: 429,
        code: "429",
        providerType: "RESOURCE_EXHAUSTED",
        retryAfterMs: 34_500,
        data: { error: exhausted },
      },
    });
    expect(brief(all).slice(4)).toEqual(["text-0 + b", "text-0 )", "finish stop STOP"]);
  });

  test.each([
    ["INVALID_ARGUMENT", "invalid-request"],
    ["FAILED_PRECONDITION", "invalid-request"],
    ["OUT_OF_RANGE", "invalid-request"],
    ["UNAUTHENTICATED", "auth"],
    ["PERMISSION_DENIED", "permission"],
    ["NOT_FOUND", "not-found"],
    ["RESOURCE_EXHAUSTED", "rate-limit"],
    ["UNAVAILABLE", "overloaded"],
    ["DEADLINE_EXCEEDED", "timeout"],
    ["CANCELLED", "aborted"],
    ["INTERNAL", "server"],
    ["DATA_LOSS", "server"],
  ])("called %s are of the kind %s", (status, kind) => {
    expect(lines({ error: { message: "m", status } })[0]).toBe(`error ${kind} m`);
  });

  test("are heard bare, glued to an event and cut anywhere", () => {
    const good = `data: ${JSON.stringify(says("a"))}\r\n\r\n`;
    const body = `${good}{"error":{"code":503,\n"message":"busy"}}\n`;
    for (let cut = 0; cut <= body.length; cut++) {
      const events = decodeSse({ incomplete: "dispatch", strays: "dispatch" });
      expect(
        brief(
          run(fuse(events, decodeGemini(), checkParts()), [body.slice(0, cut), body.slice(cut)]),
        ),
      ).toEqual([
        "response model",
        "text-0 (",
        "text-0 + a",
        "error overloaded busy",
        "text-0 )",
        "finish error",
      ]);
    }
  });

  test("are heard in a list, as the inside of a body, and in words", () => {
    const error = { code: 503, message: "busy", status: "UNAVAILABLE" };
    expect(lines([{ error }])).toEqual(["error overloaded busy", "finish error"]);
    expect(lines(error)).toEqual(["error overloaded busy", "finish error"]);
    expect(lines("<html>")[0]).toBe("error malformed-event An event is not JSON");
    expect(lines("17")[0]).toBe("error malformed-event An event is not an object");
  });

  test("of a JSON array that breaks off are those of a lost connection", () => {
    const cut = Object.assign(new Error("cut"), { code: "incomplete", stage: "s", offset: 1 });
    expect(broken([says("a")], cut).slice(-2)).toEqual(["error transport cut", "finish error"]);
  });
});

describe("usage", () => {
  const usage = (usageMetadata: unknown) => {
    const finish = decode([{ usageMetadata }]).at(-1);
    if (finish?.type !== "finish") throw new Error("no finish");
    const { inputTokens, outputTokens } = finish.usage;
    return { inputTokens, outputTokens };
  };

  test("counts tools with the prompt, the cache in it, and thoughts with the answer", () => {
    expect(
      usage({
        promptTokenCount: 10,
        toolUsePromptTokenCount: 5,
        cachedContentTokenCount: 4,
        candidatesTokenCount: 3,
        thoughtsTokenCount: 7,
      }),
    ).toEqual({
      inputTokens: { total: 15, noCache: 11, cacheRead: 4 },
      outputTokens: { total: 10, text: 3, reasoning: 7 },
    });
    expect(usage({ promptTokenCount: null, candidatesTokenCount: "3" })).toEqual({
      inputTokens: {},
      outputTokens: {},
    });
  });

  test("is the last one that counts anything, also where it falls", () => {
    expect(
      lines(
        { ...says("a"), usageMetadata: { promptTokenCount: 15 } },
        { usageMetadata: { promptTokenCount: 13, candidatesTokenCount: 1 } },
        { usageMetadata: { trafficType: "ON_DEMAND" } },
      ).filter((line) => line.startsWith("usage")),
    ).toEqual(["usage 15", "usage 13 1"]);
  });
});

describe("sources", () => {
  const web = (uri: string, title: string) => ({ web: { uri, title } });

  test("are listed once, and cited where they support the text", () => {
    const segment = { endIndex: 3, text: "abc" };
    const groundingMetadata = {
      webSearchQueries: ["q"],
      groundingChunks: [web("https://a", "A"), { maps: { uri: "https://m", title: "M" } }],
      groundingSupports: [{ segment, groundingChunkIndices: [0, 7] }],
    };
    const all = decode([
      says("abc"),
      { candidates: [{ groundingMetadata: {} }] },
      { candidates: [{ groundingMetadata: { groundingChunks: [web("https://a", "A")] } }] },
      stops("STOP", { groundingMetadata }),
    ]);
    expect(all.filter(({ type }) => type === "source")).toEqual([
      {
        type: "source",
        id: "source-0",
        source: { kind: "url", url: "https://a", title: "A" },
        providerMetadata: { gemini: web("https://a", "A") },
      },
      expect.objectContaining({
        id: "source-1",
        source: { kind: "place", url: "https://m", title: "M" },
      }),
      {
        type: "source",
        id: "source-2",
        source: { kind: "url", url: "https://a", title: "A" },
        anchor: { blockId: "text-0", start: 0, end: 3, citedText: "abc" },
        providerMetadata: { gemini: { segment, groundingChunkIndices: [0, 7] } },
      },
    ]);
    expect(all.at(-1)).toMatchObject({ providerMetadata: { gemini: { groundingMetadata } } });
  });

  test("have no offsets where bytes are not characters", () => {
    const citationMetadata = { citations: [{ startIndex: 1, endIndex: 3, uri: "https://a" }] };
    const [source] = decode([says("ü…"), { candidates: [{ citationMetadata }] }]).filter(
      ({ type }) => type === "source",
    );
    expect(source).toMatchObject({
      source: { kind: "url", url: "https://a" },
      anchor: { blockId: "text-0" },
      providerMetadata: { gemini: { startIndex: 1, endIndex: 3 } },
    });
  });

  test("have no offsets either where the text that is none was foreseen", () => {
    const usageMetadata = { promptTokenCount: 7 };
    const citationMetadata = { citations: [{ startIndex: 1, endIndex: 3, uri: "https://a" }] };
    const texts = ["a", "b", "ü"].map((text) => ({ ...says(text), usageMetadata }));
    const all = decode([...texts, { candidates: [{ citationMetadata }] }]);
    expect(all.find(({ type }) => type === "source")).toMatchObject({
      anchor: { blockId: "text-0" },
    });
    expect(all.filter(({ type }) => type === "text-delta" || type === "usage")).toHaveLength(6);
  });

  test("of pages that were fetched, and of nothing usable", () => {
    const urlContextMetadata = { urlMetadata: [{ retrievedUrl: "https://u" }] };
    expect(
      lines(
        { candidates: [{ urlContextMetadata }] },
        {
          candidates: [{ groundingMetadata: { groundingSupports: [null, 5], groundingChunks: 7 } }],
        },
      ).filter((line) => line.startsWith("source")),
    ).toEqual(["source url https://u", "source url"]);
  });
});
