import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { pipe } from "@millrace/core";
import type { Part } from "@millrace/parts";
import { encodeAiSdkUi } from "@millrace/ui";
import { aiSdkChat, type AiSdkChatPayload, type SocketHandler } from "@millrace/ws";
import { acceptSockets, type AcceptSocketsOptions } from "@millrace/ws/node";
import {
  readUIMessageStream,
  safeValidateUIMessages,
  WebSocketChatTransport,
  type UIMessage,
  type UIMessageChunk,
} from "ai";
import { expect, onTestFinished, test, vi } from "vitest";
import { WebSocket } from "ws";
import { openLog } from "../../../packages/ws/src/log.fixture.ts";
import { BODY, finish } from "./answers.ts";

const QUESTION: UIMessage = { id: "q", role: "user", parts: [{ type: "text", text: "?" }] };

/** A server of chats, and the transport that `useChat` is given. */
async function start(
  handler: SocketHandler<AiSdkChatPayload>,
  options: AcceptSocketsOptions = {},
): Promise<WebSocketChatTransport<UIMessage>> {
  const server = createServer();
  const sockets = acceptSockets(server, handler, { protocol: aiSdkChat(), ...options });
  await once(server.listen(0, "127.0.0.1"), "listening");
  onTestFinished(() => {
    sockets.close();
    server.close();
    server.closeAllConnections();
  });
  return connect((server.address() as AddressInfo).port);
}

let lastPort = 0;

function connect(port: number): WebSocketChatTransport<UIMessage> {
  lastPort = port;
  const transport = new WebSocketChatTransport({
    url: `ws://127.0.0.1:${port}/`,
    webSocket: WebSocket as never,
    headers: { "x-mill": "1" },
  });
  onTestFinished(() => {
    transport.close();
  });
  return transport;
}

function send(
  transport: WebSocketChatTransport<UIMessage>,
  chatId: string,
  abortSignal?: AbortSignal,
): Promise<ReadableStream<UIMessageChunk>> {
  return transport.sendMessages({
    ...{ trigger: "submit-message", chatId, messageId: undefined, messages: [QUESTION] },
    abortSignal,
  });
}

async function lastMessage(stream: ReadableStream<UIMessageChunk>): Promise<UIMessage | undefined> {
  let message: UIMessage | undefined;
  for await (const next of readUIMessageStream({ stream, terminateOnError: true })) message = next;
  return message;
}

function textOf(message: UIMessage | undefined): string {
  const texts = message?.parts.map((part) => (part.type === "text" ? part.text : "")) ?? [];
  return texts.join("");
}

async function* spoken(words: readonly string[], pause = 0): AsyncGenerator<Part> {
  yield { type: "text-start", id: "text-0" };
  for (const delta of words) {
    await sleep(pause);
    yield { type: "text-delta", id: "text-0", delta };
  }
  yield { type: "text-end", id: "text-0" };
  yield finish("stop");
}

const answer = (parts: AsyncIterable<Part> | readonly Part[], messageId = "m1") =>
  pipe(parts, encodeAiSdkUi({ target: 7, messageId }));

test("The transport of ai 7 reads a whole answer", async () => {
  const transport = await start(() => answer([...BODY, finish("stop")]));
  const message = await lastMessage(await send(transport, "chat"));
  expect(message?.id).toBe("m1");
  expect(textOf(message)).toBe("Good morning 🌊\n\n");
  expect(message?.parts.map(({ type }) => type)).toContain("tool-weather");
});

test("The handler gets what the transport sends, and its messages are valid", async () => {
  const asked: AiSdkChatPayload[] = [];
  const transport = await start((payload) => {
    asked.push(payload);
    return answer(spoken(["mill"]));
  });
  await lastMessage(await send(transport, "chat"));
  expect(asked).toMatchObject([
    { id: "chat", trigger: "submit-message", headers: { "x-mill": "1" }, body: {} },
  ]);
  expect(await safeValidateUIMessages({ messages: asked[0]!.messages })).toMatchObject({
    success: true,
    data: [QUESTION],
  });
});

test("Chats share the socket, each with its own sequence", async () => {
  const transport = await start(({ id }) =>
    answer(spoken(Array.from({ length: 30 }, (_, index) => `${id}${index} `)), id),
  );
  const names = ["a", "b", "c", "d"];
  const streams = await Promise.all(names.map((name) => send(transport, name)));
  const messages = await Promise.all(streams.map(lastMessage));
  for (const [at, message] of messages.entries()) {
    const name = names[at]!;
    expect(textOf(message)).toBe(
      Array.from({ length: 30 }, (_, index) => `${name}${index} `).join(""),
    );
  }
});

test("Stopping aborts the signal of the handler, and no other chat", async () => {
  const signals = new Map<string, AbortSignal>();
  const transport = await start(({ id }, { signal }) => {
    signals.set(id, signal);
    return answer(
      spoken(
        Array.from({ length: id === "long" ? 10_000 : 20 }, () => "x"),
        2,
      ),
    );
  });
  const controller = new AbortController();
  const long = await send(transport, "long", controller.signal);
  const short = lastMessage(await send(transport, "short"));
  const reader = long.getReader();
  await reader.read();
  controller.abort();
  await vi.waitUntil(() => signals.get("long")!.aborted);
  expect(textOf(await short)).toBe("x".repeat(20));
  expect(signals.get("short")!.aborted).toBe(false);
});

test("A failure is an error of the chat, and the socket goes on", async () => {
  const transport = await start(({ id }) => {
    if (id === "bad") throw new Error("the secret");
    return answer(spoken(["mill"]));
  });
  const stream = await send(transport, "bad");
  await expect(stream.getReader().read()).rejects.toThrow("The stream failed.");
  expect(textOf(await lastMessage(await send(transport, "good")))).toBe("mill");
});

test("A page that comes back replays its answer from the start", async () => {
  const log = openLog();
  const words = Array.from({ length: 60 }, (_, index) => `${index} `);
  const transport = await start(({ id }) => log.record(id, answer(spoken(words, 2))), {
    attach: log.attach,
  });
  const reader = (await send(transport, "chat")).getReader();
  for (let count = 0; count < 10; count++) await reader.read();
  transport.close(); // the page is gone

  const again = connect(lastPort);
  const resumed = await again.reconnectToStream({ chatId: "chat" });
  expect(textOf(await lastMessage(resumed!))).toBe(words.join(""));
  // And once more when it has ended.
  const late = await again.reconnectToStream({ chatId: "chat" });
  const message = await lastMessage(late!);
  expect(message?.id).toBe("m1");
  expect(textOf(message)).toBe(words.join(""));
  expect([...log.recorded.values()]).toEqual([1]);
});

test("Stopping what was resumed stops it by the id of its chat", async () => {
  const log = openLog();
  const cancelled: string[] = [];
  const endless = async function* (): AsyncGenerator<Part> {
    yield { type: "text-start", id: "text-0" };
    for (;;) {
      await sleep(5);
      yield { type: "text-delta", id: "text-0", delta: "x" };
      if (cancelled.length > 0) return;
    }
  };
  const transport = await start(({ id }) => log.record(id, answer(endless())), {
    attach: log.attach,
    cancel: (stream) => cancelled.push(stream),
  });
  const reader = (await send(transport, "chat")).getReader();
  await reader.read();
  transport.close();
  const again = connect(lastPort);
  const controller = new AbortController();
  const { signal: abortSignal } = controller;
  const resumed = (await again.reconnectToStream({ chatId: "chat", abortSignal }))!.getReader();
  await resumed.read();
  controller.abort();
  await vi.waitUntil(() => cancelled.length > 0);
  expect(cancelled).toEqual(["chat"]);
});

test("Where nothing is active there is nothing to resume", async () => {
  const log = openLog();
  const transport = await start(() => [], { attach: log.attach });
  expect(await transport.reconnectToStream({ chatId: "chat" })).toBeNull();
  const without = await start(() => []);
  expect(await without.reconnectToStream({ chatId: "chat" })).toBeNull();
});
