import { pipe, run } from "@millrace/core";
import { checkParts, collect, type Part } from "@millrace/parts";
import {
  chatRecording,
  startReplay,
  type Fault,
  type ReplayUpstream,
} from "@millrace/testing/replay";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, ProviderError, type AskOptions } from "./index.ts";
import { openaiChat, type OpenaiChatConfig } from "./openai-chat/index.ts";

const TEXT = "The mill turns slowly, läuft und läuft, until the water is gone. 水車は回る。";
const FAST = { attempts: 3, delay: 1 };

let upstream: ReplayUpstream;

beforeAll(async () => {
  upstream = await startReplay({ speed: 0, answer: { text: TEXT } });
});

afterAll(() => upstream.close());

/** A model of the upstream; what goes wrong, if anything, each time or only at first. */
function model(name: string, fail?: Fault, config: Partial<OpenaiChatConfig> = {}) {
  return openaiChat({
    name,
    model: "m",
    apiKey: "secret",
    baseURL: `${upstream.url}/v1`,
    headers: { "x-replay": JSON.stringify({ ...(fail && { fail }) }) },
    ...config,
  });
}

function answering(name: string, answer: object, config: Partial<OpenaiChatConfig> = {}) {
  const headers = { "x-replay": JSON.stringify({ answer }).replace(/[^\0-\xff]/g, escaped) };
  return model(name, undefined, { headers, ...config });
}

function escaped(letter: string): string {
  return `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** The parts, checked for grammar, and what the stream failed with. */
async function read(
  ...streams: ReadableStream<Part>[]
): Promise<{ parts: Part[]; error: unknown }> {
  const parts: Part[] = [];
  let error: unknown;
  try {
    for (const stream of streams) for await (const part of stream) parts.push(part);
  } catch (reason) {
    error = reason;
  }
  run(checkParts(), parts);
  return { parts, error };
}

async function refused(fail: Fault, options: AskOptions = {}): Promise<ProviderError> {
  try {
    await ask(model("a", fail), "Well?", { retry: { attempts: 1 }, ...options });
  } catch (error) {
    return error as ProviderError;
  }
  throw new Error("It was not refused");
}

const bodyOf = (index: number) => upstream.requests.at(index)!.json as Record<string, unknown>;

describe("ask", () => {
  test("gives the parts of an answer, the request's id and limits among them", async () => {
    const { parts } = await read(await ask(model("a"), "Well?"));
    expect(parts[0]).toMatchObject({
      type: "response-metadata",
      providerMetadata: {
        a: {
          requestId: expect.stringMatching(/^req_/) as string,
          rateLimits: { "x-ratelimit-remaining-requests": "9999" },
        },
      },
    });
    const { text, finishReason, usage } = await collect(parts);
    expect([text, finishReason]).toEqual([TEXT, "stop"]);
    expect(usage.outputTokens.total).toBeGreaterThan(5);
    expect(bodyOf(-1)).toEqual({
      model: "m",
      messages: [{ role: "user", content: "Well?" }],
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(upstream.requests.at(-1)!.headers).toMatchObject({
      authorization: "Bearer secret",
      "content-type": "application/json",
    });
  });

  test("tells of every response before its body is read", async () => {
    const seen: unknown[] = [];
    const onResponse: AskOptions["onResponse"] = ({ status, bodyUsed }, { name }) => {
      seen.push([name, status, bodyUsed]);
    };
    const stream = await ask([model("a", { kind: "status", status: 500 }), model("b")], "Well?", {
      onResponse,
    });
    expect(seen).toEqual([
      ["a", 500, false],
      ["b", 200, false],
    ]);
    await stream.cancel();
  });

  test.each([
    [400, "invalid-request", false],
    [401, "auth", false],
    [403, "permission", false],
    [404, "not-found", false],
    [413, "too-large", false],
    [429, "rate-limit", true],
    [500, "server", true],
    [503, "overloaded", true],
    [529, "overloaded", true],
  ])("rejects after %d with %s, retryable: %s", async (status, kind, retryable) => {
    const error = await refused({ kind: "status", status });
    expect(error).toBeInstanceOf(ProviderError);
    expect(error).toMatchObject({ provider: "a", status, kind, retryable });
    expect(error.message).toBe(
      `Cannot ask a: ${status} The replay upstream was told to answer ${status}.`,
    );
    expect(error.data).toHaveProperty("error.type");
  });

  test("reads what headers and body say of the wait and of the kind", async () => {
    const json = { error: { message: "m", code: "insufficient_quota" } };
    expect(await refused({ kind: "status", status: 429, json })).toMatchObject({
      kind: "quota",
      retryable: false,
      code: "insufficient_quota",
      data: json,
    });
    const error = (headers: Record<string, string>, json?: object) =>
      refused({ kind: "status", status: 429, headers, ...(json && { json }) });
    expect((await error({ "retry-after": "2" })).retryAfterMs).toBe(2000);
    expect((await error({ "retry-after": "2", "retry-after-ms": "150" })).retryAfterMs).toBe(150);
    const date = "Wed, 21 Oct 2015 07:28:00 GMT";
    const later = { "retry-after": "Wed, 21 Oct 2015 07:28:09 GMT", date };
    expect((await error(later)).retryAfterMs).toBe(9000);
    const details = [{ retryDelay: "34s" }];
    expect((await error({}, { error: { message: "m", details } })).retryAfterMs).toBe(34_000);
    const listed = [{ error: { message: "m", details } }];
    expect(await error({}, listed)).toMatchObject({
      message: "Cannot ask a: 429 m",
      retryAfterMs: 34_000,
      data: listed,
    });
    expect((await error({ "x-should-retry": "false" })).retryable).toBe(false);
    expect((await refused({ kind: "status", status: 502, html: "<h1>Bad</h1>" })).message).toBe(
      "Cannot ask a: 502 Bad Gateway",
    );
  });

  test.each([
    { Message: "User: x is not authorized to perform: bedrock:InvokeModel" },
    { success: false, errors: [{ code: 10000, message: "Authentication error" }] },
    { object: "error", message: { detail: [{ msg: "Field required" }] } },
    { error: ["Input validation error"] },
  ])("shows a body that has its words in no place known: %j", async (json) => {
    const error = await refused({ kind: "status", status: 403, json });
    expect(error.message).toBe(`Cannot ask a: 403 ${JSON.stringify(json)}`);
    expect(error).toMatchObject({ kind: "permission", data: json });
  });

  test("reads an error that is sent as an event", async () => {
    const data = { error: { message: "Too much", code: "insufficient_quota" } };
    const body = `event: error\r\ndata: ${JSON.stringify(data)}\r\n\r\ndata: [DONE]\n\n`;
    const error = await refused({ kind: "status", status: 429, html: body });
    expect(error).toMatchObject({ message: "Cannot ask a: 429 Too much", kind: "quota", data });
  });

  test.each([
    ["ServiceQuotaExceededException", "quota", "ServiceQuotaExceededException"],
    ["com.amazon.bedrock#ValidationException", "invalid-request", "ValidationException"],
    ["ValidationException:http://internal.example/", "invalid-request", "ValidationException"],
  ])("reads what AWS says of the kind in a header: %s", async (type, kind, providerType) => {
    const headers = { "x-amzn-errortype": type };
    const json = { message: "m" };
    const error = await refused({ kind: "status", status: 400, headers, json });
    expect(error).toMatchObject({ kind, providerType, message: "Cannot ask a: 400 m" });
  });

  test.each([
    "prompt is too long: 208310 tokens > 200000 maximum",
    "The model returned the following errors: Input is too long for requested model.",
    "This model's maximum context length is 8192 tokens.",
  ])("knows a prompt that is too long: %s", async (message) => {
    const json = { error: { type: "invalid_request_error", message } };
    const error = await refused({ kind: "status", status: 400, json });
    expect(error).toMatchObject({ kind: "context-length", retryable: false });
  });

  test("rejects when no response comes", async () => {
    expect(await refused({ kind: "refuse" })).toMatchObject({
      kind: "transport",
      retryable: true,
      status: undefined,
      cause: expect.any(TypeError) as TypeError,
    });
  });

  test("rejects with what the making of the request throws, and asks no second time", async () => {
    let asked = 0;
    const apiKey = () => {
      asked++;
      throw new Error("no key");
    };
    await expect(ask(model("a", undefined, { apiKey }), "Well?")).rejects.toThrow("no key");
    expect(asked).toBe(1);
  });

  test("refuses to ask nobody, and options that are none, before anybody is asked", async () => {
    const before = upstream.requests.length;
    await expect(ask([], "Well?")).rejects.toThrow(
      new RangeError("Cannot ask: no provider is given"),
    );
    for (const options of [
      { timeout: { first: -1 } },
      { timeout: { idle: NaN } },
      { timeout: { total: -1 } },
      { retry: { attempts: 0 } },
      { retry: { delay: -1 } },
    ]) {
      await expect(ask([model("a"), model("b")], "Well?", options)).rejects.toThrow(RangeError);
    }
    expect(upstream.requests.length).toBe(before);
  });

  test("asks again what may pass, before the first output", async () => {
    for (const fault of [
      { kind: "status", status: 529 },
      { kind: "refuse" },
      { kind: "error-event", after: 1, data: { error: { message: "m", code: 503 } } },
      { kind: "end", after: 0 },
      { kind: "disconnect", after: 1 },
    ] satisfies Fault[]) {
      const before = upstream.requests.length;
      const fetch: typeof globalThis.fetch = (request, init) => {
        const headers = new Headers((request as Request).headers);
        if (upstream.requests.length - before >= 2) headers.delete("x-replay");
        return globalThis.fetch(new Request(request, { headers }), init);
      };
      const stream = await ask(model("a", fault, { fetch }), "Well?", { retry: FAST });
      const { parts } = await read(stream);
      expect((await collect(parts)).text).toBe(TEXT);
      expect(parts.filter(({ type }) => type === "error")).toEqual([]);
      expect(upstream.requests.length - before).toBe(3);
    }
  });

  test("does not ask again what will not pass", async () => {
    const before = upstream.requests.length;
    await refused({ kind: "status", status: 400 }, { retry: FAST });
    expect(upstream.requests.length - before).toBe(1);
  });

  describe("fails over", () => {
    const faults: [string, Fault][] = [
      ["400", { kind: "status", status: 400 }],
      ["401", { kind: "status", status: 401 }],
      ["429", { kind: "status", status: 429, headers: { "retry-after": "60" } }],
      ["500", { kind: "status", status: 500 }],
      ["529", { kind: "status", status: 529 }],
      ["no response", { kind: "refuse" }],
      ["an error as the first event", { kind: "error-event", after: 0 }],
      ["an empty body", { kind: "end", after: 0 }],
    ];
    test.each(faults)("before the first output: %s", async (_, fault) => {
      const before = upstream.requests.length;
      const { parts, error } = await read(await ask([model("a", fault), model("b")], "Well?"));
      expect(error).toBeUndefined();
      expect(await collect(parts)).toMatchObject({ text: TEXT, finishReason: "stop" });
      expect(upstream.requests.length - before).toBe(2);
      expect(bodyOf(-1)["messages"]).toEqual([{ role: "user", content: "Well?" }]);
    });

    test("rejects with the error of the last one", async () => {
      const providers = [429, 403].map((status) => model(`${status}`, { kind: "status", status }));
      await expect(ask(providers, "Well?")).rejects.toMatchObject({ provider: "403", status: 403 });
    });

    const bytes = new TextEncoder().encode(
      chatRecording(TEXT)
        .frames.map(({ text }) => text)
        .join(""),
    ).length;
    const places = [0.4, 0.55, 0.7, 0.8].map((part) => Math.round(bytes * part));

    test.each(["disconnect", "end", "error-event"] as const)(
      "in the middle of the text after a %s, with nothing doubled and nothing lost",
      async (kind) => {
        for (const place of places.flatMap((at) => [at, at + 1, at + 2])) {
          const broken = model("a", { kind, afterBytes: place });
          const { signal } = new AbortController();
          const before = upstream.requests.length;
          // The second model goes on with what is left of the text.
          const rest = {
            ...model("b"),
            request: async (
              ...args: Parameters<ReturnType<typeof openaiChat>["request"]>
            ): Promise<Request> => {
              const { messages } = args[0];
              const said = messages[1]?.content as string;
              expect(messages[2]?.role).toBe("user");
              const answer = { text: TEXT.slice(said.length) };
              return await answering("b", answer).request(...args);
            },
          };
          const { parts, error } = await read(await ask([broken, rest], "Well?", { signal }));
          expect(error).toBeUndefined();
          expect(await collect(parts)).toMatchObject({
            text: TEXT,
            finishReason: "stop",
            error: undefined,
          });
          expect(upstream.requests.length - before).toBe(2);
        }
      },
    );

    test("by prefill where the model goes on with a message of its own", async () => {
      const dialect = { prefill: { message: { prefix: true }, body: { x: 1 } } };
      const b = answering("b", { text: " slowly." }, { dialect });
      const a = model("a", { kind: "end", after: 4 });
      const { text } = await collect(await ask([a, b], "Well?"));
      const { messages, x } = bodyOf(-1) as { messages: { content: string }[]; x: number };
      expect(messages.slice(1)).toEqual([
        { role: "assistant", content: expect.any(String) as string, prefix: true },
      ]);
      expect(x).toBe(1);
      expect(text).toBe(`${messages[1]!.content} slowly.`);
    });

    test("in the middle of a call's input: it is void, and called again", async () => {
      const toolCalls = [{ id: "call_1", name: "turn", arguments: '{"wheel":"left","by":12}' }];
      const a = answering("a", { text: "I look. ", toolCalls });
      const fail: Fault = { kind: "disconnect", after: -4 };
      const headers = {
        "x-replay": JSON.stringify({ answer: { text: "I look. ", toolCalls }, fail }),
      };
      const broken = model("a", undefined, { headers });
      const { parts, error } = await read(await ask([broken, a], "Well?"));
      expect(error).toBeUndefined();
      expect(parts.filter(({ type }) => type === "reset")).toHaveLength(1);
      const { toolCalls: calls, finishReason, text } = await collect(parts);
      expect(calls).toEqual([
        { toolCallId: "h2:call_1", toolName: "turn", input: { wheel: "left", by: 12 } },
      ]);
      expect([text, finishReason]).toEqual(["I look. ", "tool-calls"]);
    });
  });

  describe("with what came before it broke off elsewhere", () => {
    const said: Part[] = [
      { type: "text-start", id: "text-0" },
      { type: "text-delta", id: "text-0", delta: "The mill turns" },
    ];

    test("goes on from there, and gives the rest", async () => {
      const b = answering("b", { text: TEXT.slice("The mill turns".length) });
      const rest = await ask(b, "Well?", { soFar: said });
      const { parts } = await read(pipe([...said]), rest);
      const { messages } = bodyOf(-1) as { messages: { role: string; content: string }[] };
      expect(messages.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
      expect(messages[1]?.content).toBe("The mill turns");
      expect(await collect(parts)).toMatchObject({ text: TEXT, error: undefined });
    });

    test("asks nobody for more of an answer that is whole", async () => {
      const before = upstream.requests.length;
      const { parts: whole } = await read(await ask(model("a"), "Well?"));
      const rest = (await ask(model("b"), "Well?", { soFar: whole })).getReader();
      expect(await rest.read()).toEqual({ done: true, value: undefined });
      expect(upstream.requests.length - before).toBe(1);
    });

    test("ends what is open where it is cut off again", async () => {
      const b = model("b", { kind: "disconnect", after: 3 });
      const rest = await ask(b, "Well?", { soFar: said });
      const { parts, error } = await read(pipe([...said]), rest);
      expect(error).toMatchObject({ message: "terminated" });
      expect(await collect(parts)).toMatchObject({ error: { kind: "transport" } });
    });
  });

  test("tells of a failure in mid-stream by parts, when nobody else is there", async () => {
    const { parts, error } = await read(
      await ask(model("a", { kind: "disconnect", after: 5 }), "Well?"),
    );
    expect(parts.slice(-3).map(({ type }) => type)).toEqual(["text-end", "error", "finish"]);
    expect(error).toBeInstanceOf(Error);
  });

  test("takes an answer for whole whose connection is lost behind its end", async () => {
    const before = upstream.requests.length;
    const whole = model("a", { kind: "disconnect", after: -1 });
    const { parts, error } = await read(await ask([whole, model("b")], "Well?"));
    expect(error).toBeUndefined();
    expect(await collect(parts)).toMatchObject({ text: TEXT, finishReason: "stop" });
    expect(upstream.requests.length - before).toBe(1);
  });

  describe("ends the request at once", () => {
    test.each(["signal", "cancel"])("by %s", async (way) => {
      const controller = new AbortController();
      const before = upstream.requests.length;
      const stream = await ask(model("a", { kind: "stall", after: 4 }), "Well?", {
        signal: controller.signal,
      });
      const reader = stream.getReader();
      for (let part = await reader.read(); part.value?.type !== "text-delta";) {
        part = await reader.read();
      }
      if (way === "cancel") await reader.cancel();
      else {
        controller.abort(new Error("enough"));
        const last: Part[] = [];
        await expect(async () => {
          for (;;) last.push((await reader.read()).value!);
        }).rejects.toThrow("enough");
        expect(last.slice(-3).map(({ type }) => type)).toEqual(["text-end", "error", "finish"]);
      }
      expect(await (await upstream.request(before)).ended).toBe("aborted");
    });

    test("by signal, before there is a response", async () => {
      const controller = new AbortController();
      const before = upstream.requests.length;
      const asking = ask([model("a", { kind: "hang" }), model("b")], "Well?", {
        signal: controller.signal,
      });
      const request = await upstream.request(before);
      controller.abort(new Error("enough"));
      await expect(asking).rejects.toThrow("enough");
      expect(await request.ended).toBe("aborted");
      await expect(ask(model("b"), "Well?", { signal: controller.signal })).rejects.toThrow(
        "enough",
      );
      expect(upstream.requests.length).toBe(before + 1);
    });
  });

  describe("does not wait longer than", () => {
    const b = () => model("b");
    test("for the first part: the next provider is asked", async () => {
      const options = { timeout: { first: 60 } };
      const hangs = model("a", { kind: "hang" });
      expect((await collect(await ask([hangs, b()], "Well?", options))).text).toBe(TEXT);
      await expect(ask(hangs, "Well?", { ...options, retry: { attempts: 1 } })).rejects.toThrow(
        "no first item came within first 60 ms",
      );
    });

    test("for the first part, which is none that is made of the headers", async () => {
      const fetch = () => {
        const headers = { "x-request-id": "r" };
        return Promise.resolve(new Response(new ReadableStream<Uint8Array>(), { headers }));
      };
      const options = { fetch, retry: { attempts: 1 } };
      for (const timeout of [{ first: 40 }, { first: 40, idle: 9_000 }, { idle: 40 }]) {
        const { error } = await collect(await ask(model("a"), "Well?", { ...options, timeout }));
        expect(error).toMatchObject({ kind: "timeout" });
      }
    });

    test("for each other part: it tells of that, or the next provider is asked", async () => {
      const stalls = model("a", { kind: "stall", after: 3 });
      const { parts, error } = await read(await ask(stalls, "Well?", { timeout: { idle: 60 } }));
      expect(parts.slice(-3).map(({ type }) => type)).toEqual(["text-end", "error", "finish"]);
      expect(parts.at(-2)).toMatchObject({ error: { kind: "timeout", retryable: true } });
      expect(error).toHaveProperty("name", "TimeoutError");
      const again = await ask([stalls, b()], "Well?", { timeout: { idle: 60 } });
      expect(await collect(again)).toMatchObject({ finishReason: "stop", error: undefined });
    });

    test("for all of it", async () => {
      const stalls = model("a", { kind: "stall", after: 3 });
      const { parts } = await read(await ask([stalls, b()], "Well?", { timeout: { total: 80 } }));
      expect(parts.at(-2)).toMatchObject({ error: { kind: "timeout" } });
    });
  });
});
