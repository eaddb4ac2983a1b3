import { fuse, run } from "@millrace/core";
import { checkParts, type ErrorPart, type Part } from "@millrace/parts";
import { decodeSse } from "@millrace/sse";
import { describe, expect, test } from "vitest";
import { brief } from "../brief.fixture.ts";
import { decode, DONE, lines, said, says, stops } from "./chat.fixture.ts";
import { decodeOpenaiChat } from "./decode-openai-chat.ts";

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

  test.each([
    [{ retry_after: 1.5 }, 1500],
    [{ retry_after: -5 }, undefined],
    [{ retry_after: 1e306 }, undefined],
    [{ details: [{ retryDelay: "1.2.3s" }] }, undefined],
  ])("ask for no wait that cannot be: %j", (asked, retryAfterMs) => {
    const [error] = decode([{ error: { ...rate, ...asked } }]);
    expect(error).toMatchObject({ error: { kind: "rate-limit" } });
    expect((error as ErrorPart).error.retryAfterMs).toBe(retryAfterMs);
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
