import { setTimeout as sleep } from "node:timers/promises";
import { pipe } from "@millrace/core";
import { collect } from "@millrace/parts";
import { decodeSse } from "@millrace/sse";
import { decodeAiSdkUi } from "@millrace/ui";
import { describe, expect, test, vi } from "vitest";
import { ANSWER, open, TEXT, type Data } from "../service.fixture.ts";

const CHAT = "/v1/ui/chat";
const SLOW = { ...ANSWER, speed: 1, gap: 20 };
const STALLED = { ...ANSWER, fail: { kind: "stall", after: 4 } } as const;
const user = { id: "u1", role: "user", parts: [{ type: "text", text: "Well?" }] };
const ASKED = { id: "chat-1", trigger: "submit-message", messages: [user] };

const streamOf = ({ url }: { url: string }, id = "chat-1") => `${url}${CHAT}/${id}/stream`;

async function read(response: Response) {
  const chunks = pipe(response.body!, decodeSse({ incomplete: "error" }));
  const [mine, theirs] = chunks.tee();
  const { text, finishReason, error } = await collect(pipe(theirs, decodeAiSdkUi()));
  const types: string[] = [];
  let messageId: unknown;
  for await (const { data } of mine) {
    if (data === "[DONE]" || data === "") continue;
    const chunk = JSON.parse(data) as Data;
    types.push(String(chunk["type"]));
    if (chunk["type"] === "start") ({ messageId } = chunk);
  }
  return { text, finishReason, error, types, messageId };
}

/** Reads until there is a delta, and goes away. */
async function glimpse(response: Response): Promise<void> {
  let text = "";
  for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
    text += piece;
    if (text.includes("text-delta")) return;
  }
}

describe("a chat of the AI SDK", () => {
  test("is answered, in a message of its own", async () => {
    const { post, upstream } = await open(ANSWER);
    const response = await post(CHAT, ASKED);
    expect(response.headers.get("x-vercel-ai-ui-message-stream")).toBe("v1");
    const { text, finishReason, messageId } = await read(response);
    expect([text, finishReason]).toEqual([TEXT, "stop"]);
    expect(messageId).toMatch(/^[0-9a-f-]{36}$/);
    expect(upstream.requests[0]?.json).toMatchObject({
      messages: [{ role: "user", content: "Well?" }],
    });
  });

  test("goes on with a message whose calls have been run", async () => {
    const { post, upstream } = await open(ANSWER);
    const assistant = {
      id: "a1",
      role: "assistant",
      metadata: { anything: true },
      parts: [
        { type: "step-start" },
        { type: "reasoning", text: "hm", providerMetadata: { millrace: { signature: "s" } } },
        { type: "text", text: "I look.", state: "done" },
        { type: "data-weather", data: { wind: 3 } },
        {
          ...{ type: "tool-look", toolCallId: "c1", state: "output-available" },
          ...{ input: { at: "wheel" }, output: { turns: true } },
        },
        {
          ...{ type: "dynamic-tool", toolName: "weigh", toolCallId: "c2", state: "output-error" },
          ...{ input: {}, errorText: "broken" },
        },
        { type: "tool-look", toolCallId: "c3", state: "input-streaming", input: {} },
      ],
    };
    const asked = { ...ASKED, system: "Be brief.", messages: [user, assistant], model: "m" };
    const tools = [{ name: "look", inputSchema: { type: "object" } }];
    const { messageId } = await read(await post(CHAT, { ...asked, tools }));
    expect(messageId).toBe("a1");
    const call = (id: string, name: string, input: string) => ({
      ...{ id, type: "function", function: { name, arguments: input } },
    });
    expect(upstream.requests[0]?.json).toMatchObject({
      model: "m",
      tools: [{ function: { name: "look" } }],
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Well?" },
        {
          role: "assistant",
          content: "I look.",
          tool_calls: [call("c1", "look", '{"at":"wheel"}'), call("c2", "weigh", "{}")],
        },
        { role: "tool", tool_call_id: "c1", content: '{"turns":true}' },
        { role: "tool", tool_call_id: "c2", content: "broken" },
      ],
    });
  });

  test("goes on when its client is gone, who finds the whole of it, again and again", async () => {
    const { post, service, upstream } = await open(SLOW);
    await glimpse(await post(CHAT, ASKED));
    const [first, second] = await Promise.all(
      [1, 2].map(async () => read(await fetch(streamOf(service)))),
    );
    expect(first?.text).toBe(TEXT);
    expect(second).toEqual(first);
    expect(await upstream.requests[0]?.ended).toBe("finished");
    expect(upstream.requests).toHaveLength(1);
    // The client has it now: to send it once more would show it twice.
    await vi.waitUntil(async () => (await fetch(streamOf(service))).status === 204);
  });

  test("has nothing to come back to where nobody has asked", async () => {
    const { service } = await open(ANSWER);
    const response = await fetch(streamOf(service, "another"));
    expect([response.status, await response.text()]).toEqual([204, ""]);
    const stopping = await fetch(streamOf(service, "another"), { method: "DELETE" });
    expect(await stopping.json()).toEqual({ stopped: false });
  });

  test("is come back to at its newest answer, and takes nothing from who reads the last", async () => {
    const { post, service } = await open(SLOW);
    const first = read(await post(CHAT, ASKED));
    const second = await post(CHAT, ASKED);
    const resumed = read(await fetch(streamOf(service)));
    const ids = [await first, await read(second), await resumed].map(({ messageId }) => messageId);
    expect(ids[2]).toBe(ids[1]);
    expect(ids[0]).not.toBe(ids[1]);
    expect((await first).text).toBe(TEXT);
  });

  test("is stopped by DELETE: the upstream is cancelled, and the reader is told", async () => {
    const { post, service, upstream } = await open(STALLED);
    const reading = read(await post(CHAT, ASKED));
    await sleep(100);
    const stopping = await fetch(streamOf(service), { method: "DELETE" });
    expect(await stopping.json()).toEqual({ stopped: true });
    expect(await (await upstream.request(0)).ended).toBe("aborted");
    expect((await reading).types).toContain("abort");
  });

  test("that nobody reads is cancelled after the linger", async () => {
    const { post, upstream } = await open(STALLED, { linger: 100 });
    await glimpse(await post(CHAT, ASKED));
    expect(await (await upstream.request(0)).ended).toBe("aborted");
  });

  test("that is left before it has begun is cancelled", async () => {
    const { post, upstream } = await open({ fail: { kind: "hang" } });
    const client = new AbortController();
    const gone = post(CHAT, ASKED, { signal: client.signal }).catch(() => "gone");
    const request = await upstream.request(0);
    await sleep(50);
    client.abort();
    expect([await gone, await request.ended]).toEqual(["gone", "aborted"]);
  });

  test.each(["6", "7"])("says what only version %s knows to who says that it is it", async (v) => {
    const { post } = await open({ ...ANSWER, fail: { kind: "end", after: 4 } });
    const headers = { "content-type": "application/json", "x-ai-sdk-version": v };
    const text = await (await post(CHAT, ASKED, { headers })).text();
    expect(text.includes('"finishReason":"interrupted"')).toBe(v === "7");
  });

  test.each<[string, object, string]>([
    ["a misspelt setting", { ...ASKED, modle: "m" }, "modle"],
    ["no chat", { messages: [user] }, "id"],
    ["an id without end", { ...ASKED, id: "x".repeat(257) }, "id"],
    ["an id with half a character", { ...ASKED, id: "chat-\ud800" }, "id"],
    ["no message", { ...ASKED, messages: [] }, "messages"],
    [
      "a text that is none",
      { ...ASKED, messages: [{ ...user, parts: [{ type: "text", text: 1 }] }] },
      "messages[0].parts[0].text",
    ],
    [
      "an unknown part",
      { ...ASKED, messages: [{ ...user, parts: [{ type: "toString" }] }] },
      "messages[0].parts[0].type",
    ],
    [
      "a file of the server's own",
      {
        ...ASKED,
        messages: [
          { ...user, parts: [{ type: "file", mediaType: "image/png", url: "file:///etc/hosts" }] },
        ],
      },
      "messages[0].parts[0].url",
    ],
  ])("with %s is refused by its name", async (_, body, field) => {
    const { post, upstream } = await open(ANSWER);
    const response = await post(CHAT, body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { kind: "invalid-request", field } });
    expect(upstream.requests).toEqual([]);
  });

  test("of an unknown version is refused", async () => {
    const { service } = await open(ANSWER);
    const response = await fetch(streamOf(service), { headers: { "x-ai-sdk-version": "4" } });
    expect(await response.json()).toMatchObject({ error: { field: "x-ai-sdk-version" } });
  });

  test("that does not begin is a status, and leaves the last answer where it is", async () => {
    const { post, service } = await open({ fail: { kind: "status", status: 429 } });
    expect((await post(CHAT, ASKED)).status).toBe(429);
    expect((await fetch(streamOf(service))).status).toBe(204);
  });

  test("keeps prototypes as they are", async () => {
    const { post } = await open(ANSWER);
    const body = JSON.stringify({ ...ASKED, id: "__proto__" });
    expect((await read(await post(CHAT, body))).text).toBe(TEXT);
    const parts = '[{"type":"text","text":"?","__proto__":{"polluted":true}}]';
    const polluting = `{"id":"c","messages":[{"role":"user","parts":${parts}}]}`;
    expect((await read(await post(CHAT, polluting))).text).toBe(TEXT);
    expect("polluted" in {}).toBe(false);
  });
});
