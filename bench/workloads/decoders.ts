import { lines } from "@millrace/buffers";
import { decodeText, fuse, pipe, type Stage } from "@millrace/core";
import { text, type Part } from "@millrace/parts";
import { decodeAnthropic } from "@millrace/providers/anthropic";
import { decodeConverse, decodeEventStream } from "@millrace/providers/bedrock";
import { decodeCohere } from "@millrace/providers/cohere";
import { decodeGemini } from "@millrace/providers/gemini";
import { decodeGeminiInteractions } from "@millrace/providers/gemini-interactions";
import { decodeOllama } from "@millrace/providers/ollama";
import { decodeOpenaiChat } from "@millrace/providers/openai-chat";
import { decodeOpenaiResponses } from "@millrace/providers/openai-responses";
import { decodeSse } from "@millrace/sse";
import { anthropicEvents } from "../inputs/anthropic.ts";
import { converseFrames } from "../inputs/bedrock.ts";
import { bodyOf, cutBytes, drain } from "../inputs/chunks.ts";
import { cohereEvents } from "../inputs/cohere.ts";
import { geminiEvents, interactionEvents } from "../inputs/gemini.ts";
import { ollamaLines } from "../inputs/ollama.ts";
import { openaiChatEvents } from "../inputs/openai-chat.ts";
import { openaiResponsesEvents } from "../inputs/openai-responses.ts";
import {
  dataReference,
  frameReference,
  lineReference,
  type ByteLoop,
} from "../inputs/references.ts";
import { sseReference } from "../inputs/sse-reference.ts";
import type { Row, Workload } from "../src/workload.ts";

const EVENTS = 2_000;
const NETWORK_CHUNK = 65_536;
const CHAT = "millrace, as many bytes of OpenAI chat";

export const workload: Workload = {
  about: "Answers in other formats: bytes to text deltas, as a web stream, beside OpenAI chat",
  rows: [
    row("anthropic", anthropicEvents, sse(decodeAnthropic), ({ delta }) => delta?.text),
    row("openai-responses", openaiResponsesEvents, sse(decodeOpenaiResponses), (event) =>
      event.type === "response.output_text.delta" ? (event.delta as unknown as string) : undefined,
    ),
    row(
      "gemini",
      geminiEvents,
      sse(decodeGemini),
      ({ candidates }) => candidates?.[0]?.content.parts[0]?.text,
      dataReference,
    ),
    row(
      "gemini-interactions",
      interactionEvents,
      sse(decodeGeminiInteractions),
      ({ delta }) => delta?.text,
    ),
    row("cohere", cohereEvents, sse(decodeCohere), ({ delta }) => delta?.message?.content?.text),
    row(
      "ollama",
      ollamaLines,
      () => fuse(decodeText(), lines({ terminator: "drop" }), decodeOllama()),
      ({ message }) => message?.content,
      lineReference,
    ),
    row(
      "bedrock-converse",
      converseFrames,
      () => fuse(decodeEventStream(), decodeConverse()),
      ({ delta }) => delta?.text,
      frameReference,
    ),
  ],
};

interface Event {
  type: string;
  delta?: { text?: string; message?: { content?: { text?: string } } };
  candidates?: { content: { parts: { text: string }[] } }[];
  message?: { content: string };
}

function sse<U extends object>(decode: () => Stage<U, Part>): () => Stage<Uint8Array, Part> {
  return () => fuse(decodeSse(), decode() as Stage<object, Part>);
}

function row(
  name: string,
  unitsOf: (count: number) => (string | Uint8Array)[],
  decode: () => Stage<Uint8Array, Part>,
  deltaOf: (event: Event) => string | undefined,
  reference: (take: (json: string) => void) => ByteLoop = sseReference,
): Row {
  return {
    name,
    size: EVENTS,
    equal: "joined",
    prepare(size) {
      const bytes = join(unitsOf(size));
      const chunks = cut(bytes);
      const chat = cutBytes(chatOf(bytes.length), "64 KiB chunks");
      return Promise.resolve([
        {
          name: "a loop with JSON.parse",
          run: async (sink) => {
            const loop = reference((json) => {
              if (json === "[DONE]") return;
              const delta = deltaOf(JSON.parse(json) as Event);
              if (delta !== undefined) sink(delta);
            });
            await drain(bodyOf(chunks), loop.push);
          },
        },
        {
          name: "millrace, pipe",
          targets: [{ atMost: 2, of: CHAT }],
          run: (sink) => drain(pipe(bodyOf(chunks), decode(), text()), sink),
        },
        {
          name: CHAT,
          silent: true,
          run: (sink) => drain(pipe(bodyOf(chat), decodeSse(), decodeOpenaiChat(), text()), sink),
        },
      ]);
    },
  };
}

function join(units: readonly (string | Uint8Array)[]): Uint8Array {
  const encoder = new TextEncoder();
  const pieces = units.map((unit) => (typeof unit === "string" ? encoder.encode(unit) : unit));
  const joined = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    joined.set(piece, at);
    at += piece.length;
  }
  return joined;
}

function cut(bytes: Uint8Array): Uint8Array[] {
  return Array.from({ length: Math.ceil(bytes.length / NETWORK_CHUNK) }, (_, index) =>
    bytes.slice(index * NETWORK_CHUNK, (index + 1) * NETWORK_CHUNK),
  );
}

/** A chat answer of about this length. */
function chatOf(length: number): string[] {
  const one = openaiChatEvents(1, "obfuscated").join("").length;
  const many = openaiChatEvents(101, "obfuscated").join("").length;
  return openaiChatEvents(Math.max(1, Math.round((100 * length) / (many - one))), "obfuscated");
}
