import type { Frame, Recording } from "@millrace/testing/replay";
import { anthropic } from "./anthropic/index.ts";
import { bedrock, bedrockInvoke, claudeFamily } from "./bedrock/index.ts";
import { eventBytes, join } from "./bedrock/frames.fixture.ts";
import { cohere } from "./cohere/index.ts";
import { gemini } from "./gemini/index.ts";
import { geminiInteractions } from "./gemini-interactions/index.ts";
import { mistral } from "./mistral/index.ts";
import { ollama } from "./ollama/index.ts";
import { openaiChat } from "./openai-chat/index.ts";
import { openaiResponses } from "./openai-responses/index.ts";
import type { Provider, ProviderConfig } from "./provider.ts";

/** How a provider would stream: all as small as its documentation shows it. */
export interface WireFormat {
  provider: (config: ProviderConfig) => Provider;
  contentType: string;
  path: RegExp;
  text: (pieces: readonly string[]) => Frame[];
  /** A call of `turn` with its input in pieces, where the format has them. */
  call: (pieces: readonly string[]) => Frame[];
}

const CALL = { id: "call_1", name: "turn" };
const EVENTS = "text/event-stream";

function event(data: unknown, ending = false): Frame {
  const { type } = data as { type?: string };
  const name = type === undefined ? "" : `event: ${type}\n`;
  const line = data === "[DONE]" ? data : JSON.stringify(data);
  return { delay: 0, text: `${name}data: ${line}\n\n`, ending };
}

function chat(delta: object, finish_reason: string | null = null): Frame {
  return event({ id: "c", choices: [{ index: 0, delta, finish_reason }] }, finish_reason !== null);
}

const chatFormat = {
  contentType: EVENTS,
  path: /\/chat\/completions$/,
  text: (pieces: readonly string[]) => [
    ...pieces.map((content) => chat({ content })),
    chat({}, "stop"),
    event("[DONE]", true),
  ],
  call: (pieces: readonly string[]) => [
    chat({ tool_calls: [{ index: 0, id: CALL.id, function: { name: CALL.name, arguments: "" } }] }),
    ...pieces.map((piece) => chat({ tool_calls: [{ index: 0, function: { arguments: piece } }] })),
    chat({}, "tool_calls"),
    event("[DONE]", true),
  ],
};

function anthropicBlock(content_block: object, deltas: object[], stop_reason: string): Frame[] {
  return [
    event({
      type: "message_start",
      message: { id: "m", model: "m", role: "assistant", usage: {} },
    }),
    event({ type: "content_block_start", index: 0, content_block }),
    ...deltas.map((delta) => event({ type: "content_block_delta", index: 0, delta })),
    event({ type: "content_block_stop", index: 0 }),
    event({ type: "message_delta", delta: { stop_reason }, usage: { output_tokens: 3 } }, true),
    event({ type: "message_stop" }, true),
  ];
}

function responsesItem(item: object, events: object[]): Frame[] {
  return [
    { type: "response.created", response: { id: "r", model: "m" } },
    { type: "response.output_item.added", output_index: 0, item },
    ...events,
    { type: "response.completed", response: { id: "r", status: "completed", usage: {} } },
  ].map((data, index, all) => event({ ...data, sequence_number: index }, index === all.length - 1));
}

function gem(parts: object[], finishReason?: string): Frame {
  const candidate = {
    index: 0,
    content: { role: "model", parts },
    ...(finishReason && { finishReason }),
  };
  return event({ candidates: [candidate] }, finishReason !== undefined);
}

/** The steps of an interaction behind each other, the deltas of each, and a status for the end. */
function interaction(status: string, ...steps: [step: object, deltas: object[]][]): Frame[] {
  const about = { id: "i", model: "m" };
  return [
    event({ event_type: "interaction.created", interaction: { ...about, status: "in_progress" } }),
    ...steps.flatMap(([step, deltas], index) => [
      event({ event_type: "step.start", index, step }),
      ...deltas.map((delta) => event({ event_type: "step.delta", index, delta })),
      event({ event_type: "step.stop", index }),
    ]),
    event({ event_type: "interaction.completed", interaction: { ...about, status } }, true),
    event("[DONE]", true),
  ];
}

/** As InvokeModel wraps the events of the model's own stream. */
function invoked(frames: Frame[]): Frame[] {
  return frames.map(({ text = "", ...frame }) => {
    const json = /^data: (.*)$/m.exec(text)![1]!;
    const bytes = btoa(String.fromCharCode(...encoder.encode(json)));
    const { delay, ending } = frame;
    return { delay, ...(ending && { ending }), bytes: eventBytes("chunk", { bytes }) };
  });
}

function line(message: object, done = false): Frame {
  const value = { model: "m", message, done, ...(done && { done_reason: "stop" }) };
  return { delay: 0, text: `${JSON.stringify(value)}\n`, ending: done };
}

function bedrockFrames(events: [string, object][]): Frame[] {
  return events.map(([name, payload]) => ({
    delay: 0,
    bytes: eventBytes(name, payload),
    ending: name === "messageStop" || name === "metadata",
  }));
}

const anthropicFormat = {
  contentType: EVENTS,
  path: /\/messages$/,
  text: (pieces: readonly string[]) =>
    anthropicBlock(
      { type: "text", text: "" },
      pieces.map((text) => ({ type: "text_delta", text })),
      "end_turn",
    ),
  call: (pieces: readonly string[]) =>
    anthropicBlock(
      { type: "tool_use", ...CALL, input: {} },
      pieces.map((partial_json) => ({ type: "input_json_delta", partial_json })),
      "tool_use",
    ),
};

export const formats: Readonly<Record<string, WireFormat>> = {
  "openai-chat": { ...chatFormat, provider: openaiChat },
  mistral: { ...chatFormat, provider: mistral },
  anthropic: { ...anthropicFormat, provider: anthropic },
  "bedrock, invoked": {
    provider: (config) => bedrockInvoke({ ...config, family: claudeFamily }),
    contentType: "application/vnd.amazon.eventstream",
    path: /\/model\/m\/invoke-with-response-stream$/,
    text: (pieces) => invoked(anthropicFormat.text(pieces)),
    call: (pieces) => invoked(anthropicFormat.call(pieces)),
  },
  "gemini-interactions": {
    provider: geminiInteractions,
    contentType: EVENTS,
    path: /\/interactions$/,
    text: (pieces) =>
      interaction("completed", [
        { type: "model_output" },
        pieces.map((text) => ({ type: "text", text })),
      ]),
    call: (pieces) =>
      interaction("requires_action", [
        { type: "function_call", ...CALL, arguments: {} },
        pieces.map((piece) => ({ type: "arguments_delta", arguments: piece })),
      ]),
  },
  "openai-responses": {
    provider: openaiResponses,
    contentType: EVENTS,
    path: /\/responses$/,
    text: (pieces) =>
      responsesItem({ id: "i", type: "message", role: "assistant", content: [] }, [
        ...pieces.map((delta) => ({
          type: "response.output_text.delta",
          output_index: 0,
          content_index: 0,
          item_id: "i",
          delta,
        })),
        { type: "response.output_item.done", output_index: 0, item: { id: "i", type: "message" } },
      ]),
    call: (pieces) => {
      const item = { id: "i", type: "function_call", call_id: CALL.id, name: CALL.name };
      return responsesItem({ ...item, arguments: "" }, [
        ...pieces.map((delta) => ({
          type: "response.function_call_arguments.delta",
          output_index: 0,
          item_id: "i",
          delta,
        })),
        {
          type: "response.output_item.done",
          output_index: 0,
          item: { ...item, arguments: pieces.join(""), status: "completed" },
        },
      ]);
    },
  },
  gemini: {
    provider: gemini,
    contentType: EVENTS,
    path: /\/models\/m:streamGenerateContent$/,
    text: (pieces) => [...pieces.map((text) => gem([{ text }])), gem([], "STOP")],
    call: (pieces) => [
      gem([{ text: "I look. " }]),
      gem([{ functionCall: { ...CALL, args: JSON.parse(pieces.join("")) as object } }], "STOP"),
    ],
  },
  cohere: {
    provider: cohere,
    contentType: EVENTS,
    path: /\/v2\/chat$/,
    text: (pieces) => [
      event({ type: "message-start", id: "m", delta: { message: { role: "assistant" } } }),
      event({
        type: "content-start",
        index: 0,
        delta: { message: { content: { type: "text", text: "" } } },
      }),
      ...pieces.map((text) =>
        event({ type: "content-delta", index: 0, delta: { message: { content: { text } } } }),
      ),
      event({ type: "content-end", index: 0 }),
      event({ type: "message-end", delta: { finish_reason: "COMPLETE", usage: {} } }, true),
    ],
    call: (pieces) => [
      event({ type: "message-start", id: "m", delta: { message: { role: "assistant" } } }),
      event({
        type: "tool-call-start",
        index: 0,
        delta: {
          message: {
            tool_calls: {
              id: CALL.id,
              type: "function",
              function: { name: CALL.name, arguments: "" },
            },
          },
        },
      }),
      ...pieces.map((piece) =>
        event({
          type: "tool-call-delta",
          index: 0,
          delta: { message: { tool_calls: { function: { arguments: piece } } } },
        }),
      ),
      event({ type: "tool-call-end", index: 0 }),
      event({ type: "message-end", delta: { finish_reason: "TOOL_CALL", usage: {} } }, true),
    ],
  },
  ollama: {
    provider: ollama,
    contentType: "application/x-ndjson",
    path: /\/api\/chat$/,
    text: (pieces) => [...pieces.map((content) => line({ content })), line({ content: "" }, true)],
    call: (pieces) => [
      line({ content: "I look. " }),
      line({
        content: "",
        tool_calls: [
          {
            id: CALL.id,
            function: { name: CALL.name, arguments: JSON.parse(pieces.join("")) as object },
          },
        ],
      }),
      line({ content: "" }, true),
    ],
  },
  bedrock: {
    provider: bedrock,
    contentType: "application/vnd.amazon.eventstream",
    path: /\/model\/m\/converse-stream$/,
    text: (pieces) =>
      bedrockFrames([
        ["messageStart", { role: "assistant" }],
        ...pieces.map((text): [string, object] => [
          "contentBlockDelta",
          { contentBlockIndex: 0, delta: { text } },
        ]),
        ["contentBlockStop", { contentBlockIndex: 0 }],
        ["messageStop", { stopReason: "end_turn" }],
        ["metadata", { usage: { inputTokens: 1, outputTokens: 2 } }],
      ]),
    call: (pieces) =>
      bedrockFrames([
        ["messageStart", { role: "assistant" }],
        [
          "contentBlockStart",
          { contentBlockIndex: 0, start: { toolUse: { toolUseId: CALL.id, name: CALL.name } } },
        ],
        ...pieces.map((input): [string, object] => [
          "contentBlockDelta",
          { contentBlockIndex: 0, delta: { toolUse: { input } } },
        ]),
        ["contentBlockStop", { contentBlockIndex: 0 }],
        ["messageStop", { stopReason: "tool_use" }],
        ["metadata", { usage: { inputTokens: 1, outputTokens: 2 } }],
      ]),
  },
};

export function recordingOf({ contentType }: WireFormat, frames: Frame[]): Recording {
  return { contentType, frames };
}

/** The bytes of frames, one after another. */
export function joinBytes(frames: readonly Frame[]): Uint8Array {
  return join(...frames.map(({ bytes, text }) => bytes ?? encoder.encode(text)));
}

const encoder = new TextEncoder();
