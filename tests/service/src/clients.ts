import { HttpAgent } from "@ag-ui/client";
import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import Anthropic from "@anthropic-ai/sdk";
import { pipe } from "@millrace/core";
import { connectSse, decodeSse } from "@millrace/sse";
import { connectSocket } from "@millrace/ws";
import { ChatClient, fetchServerSentEvents } from "@tanstack/ai-client";
import { HttpAgent as OldHttpAgent } from "ag-ui-client-0";
import * as ai7 from "ai";
import * as ai5 from "ai-5";
import * as ai6 from "ai-6";
import { EventSource } from "eventsource";
import OpenAI from "openai";
import { WebSocket } from "ws";

/** Asks a running service something, and gives the text of the answer. */
export type Client = (url: string, question: string) => Promise<string>;

const account = { apiKey: "none", maxRetries: 0 };
const MODEL = "a-model";

const openai = (url: string) => new OpenAI({ ...account, baseURL: `${url}/v1` });
const anthropic = (url: string) => new Anthropic({ ...account, baseURL: url });
const asked = (question: string) => [{ role: "user" as const, content: question }];

/** Every client, by the route that it asks; each as its documentation has it. */
export const CLIENTS: Record<string, Record<string, Client>> = {
  "/v1/chat/completions": {
    async "openai, create"(url, question) {
      const { chat } = openai(url);
      const messages = asked(question);
      const { choices } = await chat.completions.create({ model: MODEL, messages });
      return choices[0]?.message.content ?? "";
    },
    async "openai, create({ stream: true })"(url, question) {
      const messages = asked(question);
      const request = { model: MODEL, messages, stream: true } as const;
      let text = "";
      for await (const { choices } of await openai(url).chat.completions.create(request)) {
        text += choices[0]?.delta.content ?? "";
      }
      return text;
    },
    async "openai, stream()"(url, question) {
      const stream = openai(url).chat.completions.stream({
        model: MODEL,
        messages: asked(question),
      });
      return (await stream.finalContent()) ?? "";
    },
    "@ai-sdk/openai-compatible, streamText": (url, prompt) => {
      const provider = createOpenAICompatible({ name: "millrace", baseURL: `${url}/v1` });
      return textOf(ai7.streamText({ model: provider(MODEL), prompt }));
    },
    "@ai-sdk/openai-compatible, generateText": async (url, prompt) => {
      const provider = createOpenAICompatible({ name: "millrace", baseURL: `${url}/v1` });
      return (await ai7.generateText({ model: provider(MODEL), prompt })).text;
    },
    "@ai-sdk/openai, chat": (url, prompt) => {
      const provider = createOpenAI({ apiKey: "none", baseURL: `${url}/v1` });
      return textOf(ai7.streamText({ model: provider.chat(MODEL), prompt }));
    },
  },

  "/v1/responses": {
    async "openai, create"(url, input) {
      return (await openai(url).responses.create({ model: MODEL, input })).output_text;
    },
    async "openai, create({ stream: true })"(url, input) {
      const request = { model: MODEL, input, stream: true } as const;
      let text = "";
      for await (const event of await openai(url).responses.create(request)) {
        if (event.type === "response.output_text.delta") text += event.delta;
      }
      return text;
    },
    async "openai, stream()"(url, input) {
      const response = await openai(url).responses.stream({ model: MODEL, input }).finalResponse();
      return response.output_text;
    },
    "@ai-sdk/openai, responses": (url, prompt) => {
      const provider = createOpenAI({ apiKey: "none", baseURL: `${url}/v1` });
      return textOf(ai7.streamText({ model: provider.responses(MODEL), prompt }));
    },
  },

  "/v1/messages": {
    async "@anthropic-ai/sdk, create"(url, question) {
      const request = { model: MODEL, max_tokens: 99, messages: asked(question) };
      const { content } = await anthropic(url).messages.create(request);
      return content.map((block) => (block.type === "text" ? block.text : "")).join("");
    },
    "@anthropic-ai/sdk, stream()": (url, question) => {
      const request = { model: MODEL, max_tokens: 99, messages: asked(question) };
      return anthropic(url).messages.stream(request).finalText();
    },
    "@ai-sdk/anthropic, streamText": (url, prompt) => {
      const provider = createAnthropic({ apiKey: "none", baseURL: `${url}/v1` });
      return textOf(ai7.streamText({ model: provider(MODEL), prompt }));
    },
  },

  "/v1/ui/chat": {
    "ai 5, DefaultChatTransport": (url, question) => chat(ai5 as unknown as Ai, "5", url, question),
    "ai 6, DefaultChatTransport": (url, question) => chat(ai6 as unknown as Ai, "6", url, question),
    "ai 7, DefaultChatTransport": (url, question) => chat(ai7 as unknown as Ai, "7", url, question),
  },

  "/v1/ag-ui": {
    "@ag-ui/client 1.0": (url, question) =>
      runAgent(HttpAgent as unknown as AgentType, url, question),
    "@ag-ui/client 0.0.59": (url, question) =>
      runAgent(OldHttpAgent as unknown as AgentType, url, question),
    async "@tanstack/ai-client"(url, question) {
      const client = new ChatClient({ connection: fetchServerSentEvents(`${url}/v1/ag-ui`) });
      await client.sendMessage(question);
      const parts = client.getMessages().flatMap((message) => message.parts.slice() as Shown[]);
      return parts
        .map(({ type, content }) => (type === "text" ? content : ""))
        .join("")
        .replace(question, "");
    },
  },

  "/v1/stream/raw": {
    async "fetch and decodeSse"(url, prompt) {
      const response = await postJson(`${url}/v1/stream/raw`, { prompt });
      let text = "";
      for await (const { data } of pipe(response.body!, decodeSse())) text += contentOf(data);
      return text;
    },
    async connectSse(url, prompt) {
      const body = JSON.stringify({ prompt });
      let text = "";
      for await (const { data } of connectSse(`${url}/v1/stream/raw`, { method: "POST", body })) {
        text += contentOf(data);
      }
      return text;
    },
  },

  "/v1/streams/:id": {
    async "npm eventsource"(url, prompt) {
      const asking = await postJson(`${url}/v1/stream/raw`, { prompt, resumable: true });
      const source = new EventSource(`${url}${asking.headers.get("location")}`);
      await asking.body?.cancel();
      return new Promise((resolve) => {
        let text = "";
        source.onmessage = ({ data }) => {
          text += contentOf(data as string);
          if (!isLast(data as string)) return;
          source.close();
          resolve(text);
        };
      });
    },
  },

  "/v1/ws/stream": {
    async connectSocket(url, prompt) {
      const socket = connectSocket(`${url.replace("http", "ws")}/v1/ws/stream`, { WebSocket });
      let text = "";
      for await (const item of socket.request<object>({ prompt })) text += contentOf(item);
      socket.close();
      return text;
    },
    "ws, simple frames": (url, question) => {
      const socket = new WebSocket(`${url.replace("http", "ws")}/v1/ws/stream`);
      socket.on("open", () => {
        socket.send(JSON.stringify({ type: "complete", data: { messages: asked(question) } }));
      });
      return new Promise((resolve, reject) => {
        let text = "";
        socket.on("error", reject);
        socket.on("message", (frame: Buffer) => {
          const { type, data } = JSON.parse(frame.toString()) as { type: string; data: object };
          if (type === "chunk") text += contentOf(data);
          if (type !== "done" && type !== "error") return;
          socket.close();
          resolve(text);
        });
      });
    },
  },
};

/** What is used of `ai`, of any version. */
export interface Ai {
  DefaultChatTransport: new (options: object) => Transport;
  readUIMessageStream: (options: object) => AsyncIterable<UiMessage>;
}
export interface Transport {
  sendMessages: (options: object) => Promise<ReadableStream>;
  reconnectToStream: (options: object) => Promise<ReadableStream | null>;
}
export interface UiMessage {
  id: string;
  parts: { type: string; text?: string; [field: string]: unknown }[];
}

export function transportOf(ai: Ai, version: string, url: string): Transport {
  const headers = { "x-ai-sdk-version": version };
  return new ai.DefaultChatTransport({ api: `${url}/v1/ui/chat`, headers });
}

export function uiQuestion(text: string): object {
  return { id: "q", role: "user", parts: [{ type: "text", text }] };
}

/** The message as the client has it in the end; what it takes for wrong is thrown. */
export async function lastMessage(ai: Ai, stream: ReadableStream): Promise<UiMessage | undefined> {
  let message: UiMessage | undefined;
  const messages = ai.readUIMessageStream({ stream, terminateOnError: true });
  for await (const next of messages) message = next;
  return message;
}

async function chat(ai: Ai, version: string, url: string, question: string): Promise<string> {
  const stream = await transportOf(ai, version, url).sendMessages({
    ...{ trigger: "submit-message", chatId: crypto.randomUUID() },
    messages: [uiQuestion(question)],
  });
  return shownText(await lastMessage(ai, stream));
}

export function shownText(message: UiMessage | undefined): string {
  return (message?.parts ?? [])
    .map(({ type, text = "" }) => (type === "text" ? text : ""))
    .join("");
}

/** What is used of `HttpAgent`, of any version. */
type AgentType = new (options: object) => {
  messages: Record<string, unknown>[];
  runAgent: (parameters: object) => Promise<unknown>;
};
interface Shown {
  type: string;
  content?: string;
}

async function runAgent(Agent: AgentType, url: string, content: string): Promise<string> {
  const initialMessages = [{ id: "q", role: "user", content }];
  const agent = new Agent({ url: `${url}/v1/ag-ui`, threadId: "t", initialMessages });
  await agent.runAgent({});
  return String(agent.messages.at(-1)?.["content"]);
}

async function textOf({ textStream }: { textStream: AsyncIterable<string> }): Promise<string> {
  let text = "";
  for await (const delta of textStream) text += delta;
  return text;
}

function postJson(url: string, body: object): Promise<Response> {
  return fetch(url, { method: "POST", body: JSON.stringify(body) });
}

/** The text in an event of the service. */
function contentOf(event: string | object): string {
  const { content = "" } = (typeof event === "string" ? JSON.parse(event) : event) as Data;
  return content;
}

function isLast(data: string): boolean {
  return (JSON.parse(data) as Data).done === true;
}

interface Data {
  content?: string;
  done?: boolean;
}
