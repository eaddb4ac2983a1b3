import {
  BedrockRuntimeClient,
  ConverseStreamCommand,
  InvokeModelWithResponseStreamCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { GoogleGenAI } from "@google/genai";
import { decodeText, fuse } from "@millrace/core";
import { ndjson } from "@millrace/parsers";
import { decodeAnthropic } from "@millrace/providers/anthropic";
import { decodeConverse, decodeEventStream, invokeModelEvents } from "@millrace/providers/bedrock";
import { decodeCohere } from "@millrace/providers/cohere";
import { decodeGemini } from "@millrace/providers/gemini";
import { decodeGeminiInteractions } from "@millrace/providers/gemini-interactions";
import { decodeMistral } from "@millrace/providers/mistral";
import { decodeOllama } from "@millrace/providers/ollama";
import { Mistral } from "@mistralai/mistralai";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { CohereClientV2 } from "cohere-ai";
import { Ollama } from "ollama";
import {
  eventBytes,
  frame,
  join,
  text,
  textHeader,
} from "../../../packages/providers/src/bedrock/frames.fixture.ts";
import { anthropicEvents } from "./answers.ts";
import {
  cohereEvents,
  converseEvents,
  geminiChunks,
  interactionEvents,
  mistralChunks,
  ollamaLines,
} from "./more-answers.ts";
import { data, named } from "./serve.ts";
import { eventSource, type Source } from "./source.ts";

const apiKey = "none";
const model = "m";
const messages = [{ role: "user" as const, content: "Hello" }];
const DONE = "data: [DONE]\n\n";

const google = (baseUrl: string) =>
  new GoogleGenAI({ apiKey, httpOptions: { baseUrl, retryOptions: { attempts: 1 } } });
const aws = (endpoint: string) =>
  new BedrockRuntimeClient({
    region: "us-east-1",
    endpoint,
    credentials: { accessKeyId: "none", secretAccessKey: "none" },
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler(), // its default speaks HTTP/2 alone
  });

/** A frame that brings an exception of this name. */
function exceptionBytes(name: string, payload: object): Uint8Array {
  const headers = [
    textHeader(":exception-type", name),
    textHeader(":content-type", "application/json"),
    textHeader(":message-type", "exception"),
  ];
  return frame(join(...headers), text(JSON.stringify(payload)));
}

const throttled = exceptionBytes("throttlingException", { message: "Busy" });

export const moreSources: readonly Source[] = [
  {
    ...eventSource,
    name: "@google/genai",
    decode: decodeGemini,
    events: geminiChunks.map((chunk) => data(chunk).replaceAll("\n", "\r\n")),
    open: (url) => google(url).models.generateContentStream({ model, contents: "Hello" }),
    error: data({ error: { code: 503, message: "Busy", status: "UNAVAILABLE" } }),
    kind: "overloaded",
  },
  {
    ...eventSource,
    name: "@google/genai, interactions",
    decode: decodeGeminiInteractions,
    events: [...interactionEvents.map(data), DONE],
    open: (url) => google(url).interactions.create({ model, input: "Hello", stream: true }),
    error: data({ event_type: "error", error: { code: "UNAVAILABLE", message: "Busy" } }),
    kind: "overloaded",
  },
  {
    ...eventSource,
    name: "cohere-ai",
    decode: decodeCohere,
    events: [...cohereEvents.map(named), DONE],
    open: (environment) =>
      new CohereClientV2({ token: apiKey, environment }).chatStream({ model, messages }),
    error: named({ type: "message-end", delta: { finish_reason: "TIMEOUT", error: "Busy" } }),
    kind: "timeout",
  },
  {
    name: "ollama",
    decode: decodeOllama,
    units: () => fuse(decodeText(), ndjson({ onInvalidLine: "emit" })),
    contentType: "application/x-ndjson",
    events: ollamaLines.map((line) => `${JSON.stringify(line)}\n`),
    open: (host) => new Ollama({ host }).chat({ model, messages, stream: true }),
    error: `${JSON.stringify({ error: "Busy" })}\n`,
    kind: "transport",
  },
  {
    ...eventSource,
    name: "@mistralai/mistralai",
    decode: decodeMistral,
    events: [...mistralChunks.map(data), DONE],
    open: (serverURL) =>
      new Mistral({ apiKey, serverURL, retryConfig: { strategy: "none" } }).chat.stream({
        model,
        messages,
      }),
    error: data({ object: "error", message: "Busy", type: "rate_limited", code: 429 }),
    kind: "transport",
  },
  {
    name: "@aws-sdk/client-bedrock-runtime, ConverseStream",
    decode: decodeConverse,
    units: () => decodeEventStream(),
    contentType: "application/vnd.amazon.eventstream",
    events: converseEvents.map(([name, payload]) => eventBytes(name, payload)),
    open: async (url) =>
      (await aws(url).send(new ConverseStreamCommand({ modelId: model, messages: [] }))).stream!,
    error: throttled,
    kind: "rate-limit",
  },
  {
    name: "@aws-sdk/client-bedrock-runtime, InvokeModelWithResponseStream",
    decode: () => fuse(invokeModelEvents(), decodeAnthropic()),
    units: () => decodeEventStream(),
    contentType: "application/vnd.amazon.eventstream",
    events: anthropicEvents.map((event) =>
      eventBytes("chunk", { bytes: btoa(JSON.stringify(event)) }),
    ),
    open: async (url) => {
      const command = new InvokeModelWithResponseStreamCommand({ modelId: model, body: "{}" });
      return (await aws(url).send(command)).body!;
    },
    error: throttled,
    kind: "rate-limit",
  },
];
