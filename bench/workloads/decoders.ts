import { pipe, type Stage } from "@millrace/core";
import { text, type Part } from "@millrace/parts";
import { decodeAnthropic } from "@millrace/providers/anthropic";
import { decodeOpenaiChat } from "@millrace/providers/openai-chat";
import { decodeOpenaiResponses } from "@millrace/providers/openai-responses";
import { decodeSse, type SseEvent } from "@millrace/sse";
import { anthropicEvents } from "../inputs/anthropic.ts";
import { bodyOf, cutBytes, drain } from "../inputs/chunks.ts";
import { openaiChatEvents } from "../inputs/openai-chat.ts";
import { openaiResponsesEvents } from "../inputs/openai-responses.ts";
import { sseReference } from "../inputs/sse-reference.ts";
import type { Row, Workload } from "../src/workload.ts";

const EVENTS = 2_000;
const CHAT = "millrace, as many bytes of OpenAI chat";

export const workload: Workload = {
  about: "Answers in other formats: bytes to text deltas, as a web stream, beside OpenAI chat",
  rows: [
    row("anthropic", anthropicEvents, decodeAnthropic, (event) => event.delta?.text),
    row("openai-responses", openaiResponsesEvents, decodeOpenaiResponses, ({ type, delta }) =>
      type === "response.output_text.delta" ? (delta as unknown as string) : undefined,
    ),
  ],
};

interface Event {
  type: string;
  delta?: { text?: string };
}

function row(
  name: string,
  eventsOf: (count: number) => string[],
  decode: () => Stage<SseEvent, Part>,
  deltaOf: (event: Event) => string | undefined,
): Row {
  return {
    name,
    size: EVENTS,
    equal: "joined",
    prepare(size) {
      const events = eventsOf(size);
      const chunks = cutBytes(events, "64 KiB chunks");
      const chat = cutBytes(chatOf(events.join("").length), "64 KiB chunks");
      return Promise.resolve([
        {
          name: "a loop with JSON.parse",
          run: async (sink) => {
            const reference = sseReference((data) => {
              const delta = deltaOf(JSON.parse(data) as Event);
              if (delta !== undefined) sink(delta);
            });
            await drain(bodyOf(chunks), reference.push);
          },
        },
        {
          name: "millrace, pipe",
          targets: [{ atMost: 2, of: CHAT }],
          run: (sink) => drain(pipe(bodyOf(chunks), decodeSse(), decode(), text()), sink),
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

/** A chat answer of about this length. */
function chatOf(length: number): string[] {
  const one = openaiChatEvents(1, "obfuscated").join("").length;
  const many = openaiChatEvents(101, "obfuscated").join("").length;
  return openaiChatEvents(Math.max(1, Math.round((100 * length) / (many - one))), "obfuscated");
}
