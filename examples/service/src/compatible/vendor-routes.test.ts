import { setTimeout as sleep } from "node:timers/promises";
import { pipe, type Stage } from "@millrace/core";
import { collect, type Part } from "@millrace/parts";
import { decodeAnthropic } from "@millrace/providers/anthropic";
import { decodeOpenaiChat } from "@millrace/providers/openai-chat";
import { decodeOpenaiResponses } from "@millrace/providers/openai-responses";
import { decodeSse, type SseEvent } from "@millrace/sse";
import { answers, startReplay, type ReplayOptions } from "@millrace/testing/replay";
import { describe, expect, test } from "vitest";
import { ANSWER, closeLater, open, TEXT, type Data } from "../service.fixture.ts";

const CHAT = "/v1/chat/completions";
const RESPONSES = "/v1/responses";
const MESSAGES = "/v1/messages";
const QUESTION = [{ role: "user", content: "Well?" }];

/** The same question to each. */
const BODIES: Record<string, Data> = {
  [CHAT]: { model: "m", messages: QUESTION },
  [RESPONSES]: { model: "m", input: "Well?" },
  [MESSAGES]: { model: "m", max_tokens: 99, messages: QUESTION },
};
const PATHS = Object.keys(BODIES);

/** What every vendor's answer is made of, by where it stands there. */
const TOLD: Record<string, (answer: Data) => unknown[]> = {
  [CHAT]({ object, choices, usage }) {
    const [{ message, finish_reason }] = choices as [Data & { message: Data }];
    return [object, message["content"], finish_reason, (usage as Data)["completion_tokens"]];
  },
  [RESPONSES]({ object, output, status, usage }) {
    const [{ content }] = output as [{ content: [Data] }];
    return [object, content[0]["text"], status, (usage as Data)["output_tokens"]];
  },
  [MESSAGES]({ type, content, stop_reason, usage }) {
    const [{ text }] = content as [Data];
    return [type, text, stop_reason, (usage as Data)["output_tokens"]];
  },
};
const EXPECTED: Record<string, unknown[]> = {
  [CHAT]: ["chat.completion", TEXT, "stop"],
  [RESPONSES]: ["response", TEXT, "completed"],
  [MESSAGES]: ["message", TEXT, "end_turn"],
};

const KEPT_BY: Record<string, string> = {
  [CHAT]: '"choices":[]',
  [RESPONSES]: ": keep-alive",
  [MESSAGES]: "event: ping",
};
const DECODE: Record<string, () => Stage<SseEvent, Part>> = {
  [CHAT]: () => decodeOpenaiChat(),
  [RESPONSES]: () => decodeOpenaiResponses(),
  [MESSAGES]: () => decodeAnthropic(),
};

describe.each(PATHS)("%s", (path) => {
  const body = BODIES[path]!;

  test("gives an answer in one piece", async () => {
    const { post, upstream } = await open(ANSWER);
    const response = await post(path, body);
    expect([response.status, response.headers.get("content-type")]).toEqual([
      200,
      "application/json",
    ]);
    const told = TOLD[path]!((await response.json()) as Data);
    const tokens = told.pop();
    expect(told).toEqual(EXPECTED[path]);
    expect(tokens).toBeGreaterThan(0);
    expect(upstream.requests[0]?.json).toMatchObject({ model: "m", messages: QUESTION });
  });

  test("gives the same as a stream, which ends well", async () => {
    const { post } = await open(ANSWER);
    const response = await post(path, { ...body, stream: true });
    expect(response.headers.get("content-type")).toMatch("text/event-stream");
    const decode = DECODE[path]!;
    const { text, finishReason } = await collect(
      pipe(response.body!, decodeSse({ incomplete: "error" }), decode()),
    );
    expect([text, finishReason]).toEqual([TEXT, "stop"]);
  });

  test("gives calls of tools in one piece, and takes their results", async () => {
    const { post, upstream } = await open({ answer: "tools" });
    const answer = JSON.stringify(await (await post(path, body)).json());
    for (const { id, name } of answers.tools.toolCalls) {
      expect(answer).toContain(id);
      expect(answer).toContain(name);
    }
    expect(upstream.requests).toHaveLength(1);
  });

  test.each([
    [429, 429],
    [503, 503],
    [401, 502],
    [500, 502],
  ])("tells of a %i upstream as a %i", async (fault, status) => {
    const { post } = await open({ fail: { kind: "status", status: fault } });
    const response = await post(path, body);
    expect(response.status).toBe(status);
    const { error } = (await response.json()) as { error: Data };
    expect(error).toMatchObject({
      message: expect.stringContaining(`The upstream answered ${fault}`) as string,
      type: expect.any(String) as string,
    });
    expect(response.headers.get("x-should-retry")).toBe(String(fault !== 401));
  });

  test("tells of an answer that broke off as a status, if it was to come in one piece", async () => {
    const { post } = await open({ ...ANSWER, fail: { kind: "disconnect", after: 4 } });
    const response = await post(path, body);
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({
      error: { message: expect.any(String) as string },
    });
  });

  test("names what is wrong in the vendor's shape", async () => {
    const { post, upstream } = await open(ANSWER);
    const response = await post(path, { ...body, temprature: 1 });
    expect(response.status).toBe(400);
    const { error, type } = (await response.json()) as { error: Data; type?: string };
    expect(error).toMatchObject({
      type: "invalid_request_error",
      message: expect.stringContaining("temprature") as string,
    });
    expect(path === MESSAGES ? type : error["param"]).toBe(
      path === MESSAGES ? "error" : "temprature",
    );
    expect(upstream.requests).toEqual([]);
  });

  test("refuses other methods, and bodies that are too long, in the vendor's shape", async () => {
    const { service, post } = await open(ANSWER, { maxBodyBytes: 100 });
    const put = await fetch(`${service.url}${path}`, { method: "PUT" });
    expect([put.status, put.headers.get("allow")]).toEqual([405, "POST"]);
    const long = await post(path, { ...body, padding: "x".repeat(100) });
    expect(long.status).toBe(413);
    for (const response of [put, long]) {
      expect(await response.json()).toMatchObject({
        error: { type: expect.any(String) as string },
      });
    }
  });

  const waiting: [string, ReplayOptions, object][] = [
    ["in mid-stream", { ...ANSWER, speed: 1, gap: 50 }, { stream: true }],
    ["while the upstream is silent", { fail: { kind: "stall", after: 3 } }, { stream: true }],
    ["before the upstream has answered", { fail: { kind: "hang" } }, {}],
    ["while it waits for the whole", { fail: { kind: "stall", after: 3 } }, {}],
  ];
  test.each(waiting)("is left %s: the upstream is cancelled", async (_, replay, more) => {
    const { post, upstream } = await open(replay);
    const client = new AbortController();
    const answer = post(path, { ...body, ...more }, { signal: client.signal })
      .then((response) => response.text())
      .catch(() => "gone");
    const request = await upstream.request(0);
    await sleep(100);
    client.abort();
    expect(await answer).toBe("gone");
    expect(await request.ended).toBe("aborted");
  });

  test("keeps a client that waits", async () => {
    const { post } = await open({ fail: { kind: "hang" } }, { heartbeat: 20, idleTimeout: 200 });
    const refused = await post(path, body);
    expect(refused.status).toBe(504); // nothing can be said before there is an answer
    const stalled = await open(
      { ...ANSWER, fail: { kind: "stall", after: 3 } },
      { heartbeat: 20, idleTimeout: 200 },
    );
    const kept = await (await stalled.post(path, { ...body, stream: true })).text();
    expect(kept).toContain(KEPT_BY[path]);
    expect(kept).toContain("error"); // the upstream said nothing for too long
  });
});

describe("settings of one format", () => {
  const anyModel = { messages: QUESTION, seed: 7, response_format: { type: "json_object" } };
  const asked = { ...anyModel, model: "m" };

  test("reach an upstream that speaks it", async () => {
    const { post, upstream } = await open(ANSWER);
    await (await post(CHAT, asked)).text();
    const settings = { seed: 7, response_format: { type: "json_object" } };
    expect(upstream.requests[0]?.json).toMatchObject(settings);
  });

  test("are refused by name where one that does not may be asked", async () => {
    const second = await startReplay({ speed: 0, ...ANSWER });
    closeLater(() => second.close());
    const fallbacks = [{ provider: "anthropic", baseUrl: second.url, model: "claude" }] as const;
    const { post } = await open(ANSWER, { fallbacks });
    for (const body of [anyModel, { ...asked, model: "claude" }]) {
      const response = await post(CHAT, body);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        error: {
          param: "response_format",
          message: expect.stringContaining("anthropic:claude, which may be asked") as string,
        },
      });
    }
    expect((await post(CHAT, asked)).status).toBe(200);
  });

  test("what no format of the upstream can carry is a bad request", async () => {
    const { post } = await open(ANSWER);
    const content = [
      { type: "document", source: { type: "url", url: "https://mill.example/a.pdf" } },
    ];
    const response = await post(MESSAGES, { messages: [{ role: "user", content }] });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { message: expect.stringContaining("the format has no place for a file") as string },
    });
  });
});

test("Of an upstream that gives several answers the first is told", async () => {
  const { post } = await open({ answer: "choices" });
  for (const stream of [false, true]) {
    const text = await (await post(CHAT, { ...BODIES[CHAT], stream })).text();
    expect(text).not.toContain('"index":1,"delta"');
    expect(text).toContain(answers.choices.text.slice(0, 4));
  }
});

test("Usage is told in a stream to who asks for it", async () => {
  const { post } = await open(ANSWER);
  const streamed = async (stream_options?: object) =>
    (await post(CHAT, { ...BODIES[CHAT], stream: true, stream_options })).text();
  expect(await streamed()).not.toContain("completion_tokens");
  expect(await streamed({ include_usage: true })).toContain("completion_tokens");
});

describe("the list of models", () => {
  test("has what can be asked, for clients of both vendors", async () => {
    const { service } = await open(ANSWER);
    const list = (await (await fetch(`${service.url}/v1/models`)).json()) as { data: [Data] };
    expect(list).toMatchObject({ object: "list", has_more: false, data: [{ object: "model" }] });
    const { id } = list.data[0];
    const one = await fetch(`${service.url}/v1/models/${String(id)}`);
    expect(await one.json()).toEqual(list.data[0]);
    const none = await fetch(`${service.url}/v1/models/nobody`);
    expect(none.status).toBe(404);
    expect(await none.json()).toMatchObject({ error: { type: "invalid_request_error" } });
  });
});
