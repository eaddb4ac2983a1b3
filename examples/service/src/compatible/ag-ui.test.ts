import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { ANSWER, closeLater, eventsOf, open, TEXT } from "../service.fixture.ts";

const AG_UI = "/v1/ag-ui";
const user = { id: "u1", role: "user", content: "Well?" };
const INPUT = {
  ...{ threadId: "t", runId: "r", protocolVersion: "1.0", messages: [user] },
  ...{ tools: [], context: [], state: {}, forwardedProps: {} },
};

describe("an agent of AG-UI", () => {
  test("runs, under the names that the client gave", async () => {
    const { post } = await open(ANSWER);
    const events = (await eventsOf(await post(AG_UI, INPUT))).map(({ data }) => data);
    expect(events[0]).toMatchObject({ type: "RUN_STARTED", threadId: "t", runId: "r" });
    expect(events.at(-1)).toMatchObject({ type: "RUN_FINISHED", threadId: "t", runId: "r" });
    const deltas = events.filter(({ type }) => type === "TEXT_MESSAGE_CONTENT");
    expect(deltas.map(({ delta }) => delta).join("")).toBe(TEXT);
  });

  test("asks with the thread, its tools and what it knows", async () => {
    const { post, upstream } = await open(ANSWER);
    const source = { type: "data", value: "AAAA", mimeType: "image/png" };
    const calls = [{ id: "c1", type: "function", function: { name: "look", arguments: "{}" } }];
    const messages = [
      { id: "s", role: "developer", content: "Be brief." },
      {
        id: "u",
        role: "user",
        content: [
          { type: "text", text: "Well?" },
          { type: "image", source },
        ],
      },
      { id: "r", role: "reasoning", content: "hm", encryptedValue: "s" },
      { id: "a", role: "assistant", content: "I look.", toolCalls: calls, subagentRunId: "x" },
      { id: "t", role: "tool", toolCallId: "c1", content: "", error: "broken" },
      { id: "d", role: "activity", activityType: "A2UI", content: {} },
    ];
    const tools = [{ name: "look", description: "Looks", parameters: { type: "object" } }];
    const context = [{ description: "The river", value: "Orrin" }];
    const forwardedProps = { model: "m" };
    const input = { ...INPUT, messages, tools, context, forwardedProps };
    await (await post(AG_UI, input)).text();
    expect(upstream.requests[0]?.json).toMatchObject({
      model: "m",
      tools: [{ function: { name: "look", description: "Looks", parameters: { type: "object" } } }],
      messages: [
        { role: "system", content: "The river: Orrin" },
        { role: "system", content: "Be brief." },
        {
          role: "user",
          content: [
            { type: "text", text: "Well?" },
            { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
          ],
        },
        { role: "assistant", content: "I look.", tool_calls: calls },
        { role: "tool", tool_call_id: "c1", content: "broken" },
      ],
    });
  });

  test("asks nobody when there is only what is shown", async () => {
    const { post, upstream } = await open(ANSWER);
    const messages = [{ id: "d", role: "activity", activityType: "A2UI", content: {} }];
    const response = await post(AG_UI, { ...INPUT, messages });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { field: "messages" } });
    expect(upstream.requests).toEqual([]);
  });

  test("tells nothing that is between the service and its upstream", async () => {
    const answer = 'data: {"choices":[{"delta":{"content":"Good."},"finish_reason":"stop"}]}\n\n';
    const headers = { "content-type": "text/event-stream", "x-ratelimit-remaining-tokens": "7" };
    const vendor = createServer((_, response) => response.writeHead(200, headers).end(answer));
    await once(vendor.listen(0), "listening");
    closeLater(async () => {
      await once(vendor.close(), "close");
    });
    const { port } = vendor.address() as AddressInfo;
    const { post } = await open({}, { upstream: { baseUrl: `http://localhost:${port}/v1` } });
    const told = await (await post(AG_UI, INPUT)).text();
    expect(told).toContain("Good.");
    expect(told).not.toContain("ratelimit");
  });

  test("that is left cancels the upstream", async () => {
    const { post, upstream } = await open({ ...ANSWER, fail: { kind: "stall", after: 3 } });
    const client = new AbortController();
    const answer = post(AG_UI, INPUT, { signal: client.signal })
      .then((response) => response.text())
      .catch(() => "gone");
    const request = await upstream.request(0);
    await sleep(50);
    client.abort();
    expect([await answer, await request.ended]).toEqual(["gone", "aborted"]);
  });

  test("that fails in the middle says so in its last event", async () => {
    const { post } = await open({ ...ANSWER, fail: { kind: "disconnect", after: 4 } });
    const events = await eventsOf(await post(AG_UI, INPUT));
    expect(events.at(-1)?.data).toMatchObject({ type: "RUN_ERROR", code: "transport" });
  });

  test.each<[string, object, string]>([
    ["no run", { ...INPUT, runId: undefined }, "runId"],
    ["an unknown role", { ...INPUT, messages: [{ role: "toString" }] }, "messages[0].role"],
    [
      "tools that are none",
      { ...INPUT, tools: [{ name: "f", parameters: [] }] },
      "tools[0].parameters",
    ],
  ])("with %s is refused by its name", async (_, body, field) => {
    const { post } = await open(ANSWER);
    const response = await post(AG_UI, body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { kind: "invalid-request", field } });
  });
});
