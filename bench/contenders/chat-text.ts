import { drain } from "../inputs/chunks.ts";
import { sseReference } from "../inputs/sse-reference.ts";
import { fromPeer } from "../src/peer.ts";
import type { Contender } from "../src/workload.ts";

type Source = () => ReadableStream<Uint8Array>;

/**
 * Who makes text of the bytes of a chat answer of OpenAI, the reference first. Each loads what it is
 * made of when it is opened: in the process where its memory is measured no other one may be.
 */
export const chatText: Readonly<Record<string, (source: Source) => Promise<Contender[]>>> = {
  loop: (source) => Promise.resolve([loop(source)]),
  pipe: async (source) => [(await import("./chat-text-millrace.ts")).openPipe(source)],
  pipeThrough: async (source) => [
    (await import("./chat-text-millrace.ts")).openPipeThrough(source),
  ],
  "eventsource-parser": eventsourceParser,
  openai: (source) =>
    fromPeer("openai/core/streaming", ({ Stream }: Openai) => async (sink) => {
      const stream = Stream.fromSSEResponse(responseOf(source), new AbortController());
      for await (const chunk of stream) sink(chunk.choices[0]?.delta.content ?? "");
    }),
  "@ai-sdk/openai": (source) =>
    fromPeer("@ai-sdk/openai", ({ createOpenAI }: AiSdkOpenai) => async (sink) => {
      const { stream } = await aiSdkModel(createOpenAI, source).doStream({
        prompt: [{ role: "user", content: [{ type: "text", text: "Hello" }] }],
      });
      await drain(stream, (part) => {
        if (part.type === "text-delta") sink(part.delta);
      });
    }),
  streamText,
  langchain: (source) =>
    fromPeer("@langchain/openai", ({ ChatOpenAICompletions }: Langchain) => {
      const model = new ChatOpenAICompletions({
        apiKey: "none",
        model: "gpt-5-mini",
        configuration: { fetch: () => Promise.resolve(responseOf(source)) },
      });
      return async (sink) => {
        for await (const { content } of await model.stream("Hello")) sink(content);
      };
    }),
};

function loop(source: Source): Contender {
  return {
    name: "a loop with JSON.parse",
    run: async (sink) => {
      const reference = sseReference((data) => {
        const delta = deltaOf(data);
        if (delta !== "") sink(delta);
      });
      await drain(source(), reference.push);
    },
  };
}

function eventsourceParser(source: Source): Promise<Contender[]> {
  return fromPeer(
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
  );
}

function streamText(source: Source): Promise<Contender[]> {
  return fromPeer(
    "ai",
    async (ai: AiSdk) => {
      const provider = await importAiSdkOpenai();
      return (sink) =>
        drain(
          ai.streamText({ model: aiSdkModel(provider, source), prompt: "Hello" }).textStream,
          sink,
        );
    },
    "streamText",
  );
}

async function importAiSdkOpenai(): Promise<AiSdkOpenai["createOpenAI"]> {
  let found: AiSdkOpenai["createOpenAI"] | undefined;
  await fromPeer("@ai-sdk/openai", ({ createOpenAI }: AiSdkOpenai) => {
    found = createOpenAI;
    return () => undefined;
  });
  return found!;
}

/** OpenAI's chat model as the AI SDK knows it, answered on the spot. */
function aiSdkModel(createOpenAI: AiSdkOpenai["createOpenAI"], source: Source): AiSdkModel {
  const fetch = () => Promise.resolve(responseOf(source));
  return createOpenAI({ apiKey: "none", fetch }).chat("gpt-5");
}

function responseOf(source: Source): Response {
  const headers = { "content-type": "text/event-stream" };
  return new Response(source() as ReadableStream, { headers });
}

function deltaOf(data: string): string {
  if (data === "[DONE]") return "";
  return (JSON.parse(data) as Chunk).choices[0]?.delta.content ?? "";
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
interface Langchain {
  ChatOpenAICompletions: new (options: object) => {
    stream: (prompt: string) => Promise<AsyncIterable<{ content: string }>>;
  };
}
