import { fuse, run, type Stage } from "@millrace/core";
import type { Part } from "@millrace/parts";
import { decodeAnthropic } from "@millrace/providers/anthropic";
import {
  decodeConverse,
  invokeModelEvents,
  type EventStreamFrame,
} from "@millrace/providers/bedrock";
import { decodeCohere } from "@millrace/providers/cohere";
import { decodeGemini } from "@millrace/providers/gemini";
import { decodeGeminiInteractions } from "@millrace/providers/gemini-interactions";
import { decodeMistral } from "@millrace/providers/mistral";
import { decodeOllama } from "@millrace/providers/ollama";
import { decodeOpenaiChat } from "@millrace/providers/openai-chat";
import { decodeOpenaiResponses } from "@millrace/providers/openai-responses";
import { decodeAgUi, decodeAiSdkUi } from "@millrace/ui";
import type { Unit } from "./framings.ts";

/** A format of answers, and what tells it from the others. */
export interface Format {
  readonly decode: () => Stage<never, Part>;
  /** Whether a value of the stream can only be of this format. */
  readonly isSurely?: (value: Fields) => boolean;
}

export type Fields = Readonly<Record<string, unknown>>;

const hasType = (pattern: RegExp) => (value: Fields) => pattern.test(String(value["type"]));
const hasAny =
  (...names: string[]) =>
  (value: Fields) =>
    names.some((name) => name in value);

/** Every format that is known, as its stage is called; the first that is sure is taken. */
export const FORMATS: Readonly<Record<string, Format>> = {
  "openai-chat": {
    decode: decodeOpenaiChat,
    isSurely: ({ object, choices }) =>
      object === "chat.completion.chunk" ||
      (Array.isArray(choices) &&
        object !== "text_completion" &&
        choices.every((choice) => "delta" in fieldsOf(choice))),
  },
  "openai-responses": { decode: decodeOpenaiResponses, isSurely: hasType(/^response\./) },
  anthropic: {
    decode: decodeAnthropic,
    isSurely: hasType(/^(message_(start|delta|stop)|content_block_(start|delta|stop))$/),
  },
  "gemini-interactions": {
    decode: decodeGeminiInteractions,
    isSurely: ({ event_type: type }) => /^(interaction|step|content)\./.test(String(type)),
  },
  gemini: {
    decode: decodeGemini,
    isSurely: hasAny("candidates", "usageMetadata", "promptFeedback"),
  },
  cohere: {
    decode: decodeCohere,
    isSurely: ({ type, delta }) =>
      /^(message|content|tool-plan|tool-call|citation)-(start|delta|end)$/.test(String(type)) &&
      (delta === undefined || "message" in fieldsOf(delta) || type === "message-end"),
  },
  ollama: {
    decode: decodeOllama,
    isSurely: ({ done, model, message }) =>
      typeof done === "boolean" && typeof model === "string" && message !== undefined,
  },
  converse: {
    decode: decodeConverse,
    isSurely: hasAny("messageStart", "contentBlockDelta", "contentBlockStart", "messageStop"),
  },
  "ai-sdk-ui": {
    decode: decodeAiSdkUi,
    isSurely: hasType(
      /^(start|start-step|text-start|text-delta|reasoning-start|tool-input-start)$/,
    ),
  },
  "ag-ui": { decode: decodeAgUi, isSurely: hasType(/^(RUN|TEXT_MESSAGE|TOOL_CALL|STEP)_[A-Z_]+$/) },
  mistral: { decode: decodeMistral }, // speaks OpenAI's chat: by its name only
};

/** A format that was found, with what has to be done before its decoder. */
export interface FoundFormat {
  readonly name: string;
  readonly decode: () => Stage<never, Part>;
}

/** The format that a unit is surely of. */
export function guessFormat(unit: Unit): FoundFormat | undefined {
  const { value, name } = unit;
  if (isFrame(value)) {
    if (name === "chunk") return guessWrapped(value);
    const isConverse = /^(message(Start|Stop)|contentBlock(Start|Delta|Stop)|metadata)$/.test(name);
    return isConverse ? formatNamed("converse") : undefined;
  }
  const fields = fieldsOf(payload(value));
  const [found] = Object.entries(FORMATS).find(([, { isSurely }]) => isSurely?.(fields)) ?? [];
  return found === undefined ? undefined : formatNamed(found);
}

export function formatNamed(name: string): FoundFormat | undefined {
  const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
  return format === undefined ? undefined : { name, decode: format.decode };
}

/** In chunks of InvokeModel events of any format are wrapped. */
function guessWrapped(frame: EventStreamFrame): FoundFormat | undefined {
  const [event] = run(invokeModelEvents(), [frame]);
  const inner = event === undefined ? undefined : guessFormat({ name: event.type, value: event });
  if (inner === undefined) return undefined;
  const { decode } = inner;
  return {
    name: `invoke-model ${inner.name}`,
    decode: () => fuse(invokeModelEvents(), decode() as Stage<object, Part>),
  };
}

function isFrame(value: object | string): value is EventStreamFrame {
  return typeof value === "object" && "headers" in value && "payload" in value;
}

/** What a unit says as JSON. */
export function payload(value: object | string): unknown {
  const data = fieldsOf(value)["data"];
  const isEvent = typeof data === "string" && "lastEventId" in fieldsOf(value);
  if (!isEvent) return value;
  try {
    return JSON.parse(data);
  } catch {
    return data;
  }
}

export function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}
