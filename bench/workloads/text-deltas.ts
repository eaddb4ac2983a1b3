import { pipe } from "@millrace/core";
import { text } from "@millrace/parts";
import { decodeOpenaiChat } from "@millrace/providers/openai-chat";
import { decodeSse } from "@millrace/sse";
import { cutBytes, drain, bodyOf, type Cut } from "../inputs/chunks.ts";
import { openaiChatEvents, type ChatKind } from "../inputs/openai-chat.ts";
import { sseReference } from "../inputs/sse-reference.ts";
import { fromPeer } from "../src/peer.ts";
import type { Row, Workload } from "../src/workload.ts";

const EVENTS = 2_000;

export const workload: Workload = {
  about: "A chat answer of OpenAI: bytes to text deltas, as a web stream",
  rows: [
    row("64 KiB chunks", "plain", 0.6),
    row("64 KiB chunks", "obfuscated", 0.8),
    row("64 KiB chunks", "timed"),
    row("64 KiB chunks", "counting"),
    row("64 KiB chunks", "renamed", 1.3),
    row("one event a chunk", "plain", 1),
    row("one event a chunk", "obfuscated"),
    row("one event a chunk", "renamed"),
  ],
};

function row(cut: Cut, kind: ChatKind, atMost?: number): Row {
  return {
    name: `${cut}, ${kind}`,
    size: EVENTS,
    equal: "joined",
    async prepare(size) {
      const chunks = cutBytes(openaiChatEvents(size, kind), cut);
      const source = () => bodyOf(chunks);
      const response = () =>
        new Response(source() as ReadableStream, {
          headers: { "content-type": "text/event-stream" },
        });
      return [
        {
          name: "a loop with JSON.parse",
          run: async (sink) => {
            const reference = sseReference((data) => {
              const delta = deltaOf(data);
              if (delta !== "") sink(delta);
            });
            await drain(source(), reference.push);
          },
        },
        {
          name: "millrace, pipe",
          ...(atMost !== undefined && { targets: [{ atMost }] }),
          run: (sink) => drain(pipe(source(), decodeSse(), decodeOpenaiChat(), text()), sink),
        },
        {
          name: "millrace, pipeThrough",
          run: (sink) =>
            drain(
              source().pipeThrough(decodeSse()).pipeThrough(decodeOpenaiChat()).pipeThrough(text()),
              sink,
            ),
        },
        ...(await fromPeer(
          "eventsource-parser/stream",
          ({ EventSourceParserStream }: EventsourceParserStream) =>
            (sink) =>
              drain(
                source()
                  .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
                  .pipeThrough(new EventSourceParserStream()),
                ({ data }) => {
                  sink(deltaOf(data));
                },
              ),
          "stream + JSON.parse",
        )),
        ...(await fromPeer("openai/core/streaming", ({ Stream }: Openai) => async (sink) => {
          const stream = Stream.fromSSEResponse(response(), new AbortController());
          for await (const chunk of stream) sink(chunk.choices[0]?.delta.content ?? "");
        })),
        ...(await fromPeer("@ai-sdk/openai", ({ createOpenAI }: AiSdkOpenai) => async (sink) => {
          const { stream } = await model(createOpenAI, response).doStream({
            prompt: [{ role: "user", content: [{ type: "text", text: "Hello" }] }],
          });
          await drain(stream, (part) => {
            if (part.type === "text-delta") sink(part.delta);
          });
        })),
        ...(await fromPeer(
          "ai",
          async ({ streamText }: AiSdk) => {
            const provider = await importAiSdkOpenai();
            return (sink) =>
              drain(
                streamText({ model: model(provider, response), prompt: "Hello" }).textStream,
                sink,
              );
          },
          "streamText",
        )),
      ];
    },
  };
}

function deltaOf(data: string): string {
  if (data === "[DONE]") return "";
  return (JSON.parse(data) as Chunk).choices[0]?.delta.content ?? "";
}

/** OpenAI's chat model as the AI SDK knows it, answered on the spot. */
function model(createOpenAI: AiSdkOpenai["createOpenAI"], response: () => Response): AiSdkModel {
  return createOpenAI({ apiKey: "none", fetch: () => Promise.resolve(response()) }).chat("gpt-5");
}

async function importAiSdkOpenai(): Promise<AiSdkOpenai["createOpenAI"]> {
  let found: AiSdkOpenai["createOpenAI"] | undefined;
  await fromPeer("@ai-sdk/openai", ({ createOpenAI }: AiSdkOpenai) => {
    found = createOpenAI;
    return () => undefined;
  });
  return found!;
}

interface Chunk {
  choices: { delta: { content?: string | null } }[];
}
interface EventsourceParserStream {
  EventSourceParserStream: new () => ReadableWritablePair<{ data: string }, string>;
}
interface Openai {
  Stream: {
    fromSSEResponse: (response: Response, controller: AbortController) => AsyncIterable<Chunk>;
  };
}
interface AiSdkModel {
  doStream: (
    options: object,
  ) => Promise<{ stream: ReadableStream<{ type: string; delta: string }> }>;
}
interface AiSdkOpenai {
  createOpenAI: (settings: { apiKey: string; fetch: () => Promise<Response> }) => {
    chat: (model: string) => AiSdkModel;
  };
}
interface AiSdk {
  streamText: (options: { model: AiSdkModel; prompt: string }) => {
    textStream: ReadableStream<string>;
  };
}
