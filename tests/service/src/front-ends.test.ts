import * as ai7 from "ai";
import * as ai5 from "ai-5";
import * as ai6 from "ai-6";
import { describe, expect, test } from "vitest";
import { lastMessage, shownText, transportOf, uiQuestion, type Ai } from "./clients.ts";
import { startForTest } from "./service.ts";

const TEXT = Array.from({ length: 40 }, (_, index) => `word-${index} `).join("");
const VERSIONS = [
  ["5", ai5 as unknown as Ai],
  ["6", ai6 as unknown as Ai],
  ["7", ai7 as unknown as Ai],
] as const;

describe.each(VERSIONS)("a chat of ai %s", (version, ai) => {
  const asked = {
    ...{ trigger: "submit-message", chatId: "chat", messages: [uiQuestion("Well?")] },
  };

  test("loses its connection, comes back, and has the whole of one answer", async () => {
    const { service, upstream } = await startForTest({ answer: { text: TEXT }, speed: 1, gap: 20 });
    const transport = transportOf(ai, version, service.url);
    const page = new AbortController();
    const stream = await transport.sendMessages({ ...asked, abortSignal: page.signal });
    const reader = stream.getReader();
    for (let count = 0; count < 5; count++) await reader.read();
    page.abort();

    const again = transportOf(ai, version, service.url); // the page was opened anew
    const resumed = await again.reconnectToStream({ chatId: "chat" });
    expect(shownText(await lastMessage(ai, resumed!))).toBe(TEXT);
    expect(upstream.requests).toHaveLength(1);
  });

  test("has nothing to come back to where nothing is going on", async () => {
    const { service } = await startForTest({ answer: { text: TEXT } });
    const transport = transportOf(ai, version, service.url);
    expect(await transport.reconnectToStream({ chatId: "chat" })).toBeNull();
    await lastMessage(ai, await transport.sendMessages(asked));
    expect(await transport.reconnectToStream({ chatId: "chat" })).toBeNull();
  });

  test("runs a tool, and goes on with its own message", async () => {
    const { service, upstream } = await startForTest({ answer: "tools" });
    const transport = transportOf(ai, version, service.url);
    const message = await lastMessage(ai, await transport.sendMessages(asked));
    const calls = message!.parts.filter(({ type }) => type.startsWith("tool-"));
    expect(calls).toHaveLength(2);
    for (const call of calls) Object.assign(call, { state: "output-available", output: "kept" });
    const messages = [...asked.messages, message];
    const next = await lastMessage(ai, await transport.sendMessages({ ...asked, messages }));
    expect(next?.id).toBe(message?.id);
    expect(upstream.requests[1]?.json).toMatchObject({
      messages: [
        { role: "user", content: "Well?" },
        { role: "assistant", tool_calls: calls.map(({ toolCallId }) => ({ id: toolCallId })) },
        ...calls.map(({ toolCallId }) => ({
          ...{ role: "tool", tool_call_id: toolCallId, content: "kept" },
        })),
      ],
    });
  });

  test("hears of an answer that broke off, behind what came of it", async () => {
    const { service } = await startForTest({
      answer: { text: TEXT },
      fail: { kind: "disconnect", after: 9 },
    });
    const stream = await transportOf(ai, version, service.url).sendMessages(asked);
    const chunks: { type: string; errorText?: string }[] = [];
    for await (const chunk of stream as ReadableStream<(typeof chunks)[number]>) chunks.push(chunk);
    expect(chunks.find(({ type }) => type === "error")?.errorText).toMatch("The answer failed.");
    expect(chunks.at(-1)).toMatchObject({ type: "finish", finishReason: "error" });
  });
});
