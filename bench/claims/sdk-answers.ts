/** The same short answer in the formats of the SDKs: its events, without what frames them. */

const PIECES = ["Mill ", "streams ", "turn."];

export const ANSWER = PIECES.join("");
export const LAST_PIECE = PIECES.at(-1)!;

export interface Answer {
  /** Whether each event has its type as its name. */
  isNamed: boolean;
  events: readonly { type?: string; [field: string]: unknown }[];
  /** What is sent behind the events. */
  last?: string;
}

const chunk = (delta: object, finish_reason: string | null = null) => ({
  id: "c",
  object: "chat.completion.chunk",
  created: 1,
  model: "m",
  choices: [{ index: 0, delta, finish_reason }],
});

export const chatAnswer: Answer = {
  isNamed: false,
  events: [
    chunk({ role: "assistant", content: "" }),
    ...PIECES.map((content) => chunk({ content })),
    chunk({}, "stop"),
  ],
  last: "[DONE]",
};

const response = { id: "r", object: "response", created_at: 1, model: "m", output: [] as object[] };
const place = { output_index: 0, item_id: "i", content_index: 0 };
const item = { id: "i", type: "message", role: "assistant" };
const part = { type: "output_text", annotations: [] };
const whole = { ...part, text: ANSWER };
const message = { ...item, status: "completed", content: [whole] };

export const responsesAnswer: Answer = {
  isNamed: true,
  events: [
    { type: "response.created", response: { ...response, status: "in_progress" } },
    { type: "response.output_item.added", output_index: 0, item: { ...item, content: [] } },
    { type: "response.content_part.added", ...place, part: { ...part, text: "" } },
    ...PIECES.map((delta) => ({ type: "response.output_text.delta", ...place, delta })),
    { type: "response.output_text.done", ...place, text: ANSWER },
    { type: "response.content_part.done", ...place, part: whole },
    { type: "response.output_item.done", output_index: 0, item: message },
    {
      type: "response.completed",
      response: { ...response, status: "completed", output: [message] },
    },
  ],
};

export const anthropicAnswer: Answer = {
  isNamed: true,
  events: [
    {
      type: "message_start",
      message: {
        id: "m",
        type: "message",
        role: "assistant",
        model: "m",
        content: [],
        usage: { input_tokens: 1, output_tokens: 1 },
      },
    },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    ...PIECES.map((text) => ({
      type: "content_block_delta",
      index: 0,
      delta: { type: "text_delta", text },
    })),
    { type: "content_block_stop", index: 0 },
    {
      type: "message_delta",
      delta: { stop_reason: "end_turn", stop_sequence: null },
      usage: { output_tokens: 3 },
    },
    { type: "message_stop" },
  ],
};

export const geminiAnswer: Answer = {
  isNamed: false,
  events: PIECES.map((text, index) => ({
    candidates: [
      {
        index: 0,
        content: { role: "model", parts: [{ text }] },
        ...(index === PIECES.length - 1 && { finishReason: "STOP" }),
      },
    ],
  })),
};

/** A JSON document, in deltas, as the content of a chat. */
export function chatOf(deltas: readonly string[]): Answer {
  return {
    isNamed: false,
    events: [...deltas.map((content) => chunk({ role: "assistant", content })), chunk({}, "stop")],
    last: "[DONE]",
  };
}

/** A JSON document, in deltas, as the input of a tool that Anthropic's model calls. */
export function toolCallOf(tool: string, deltas: readonly string[]): Answer {
  const [start, , ...rest] = anthropicAnswer.events;
  return {
    isNamed: true,
    events: [
      start!,
      {
        type: "content_block_start",
        index: 0,
        content_block: { type: "tool_use", id: "t", name: tool, input: {} },
      },
      ...deltas.map((partial_json) => ({
        type: "content_block_delta",
        index: 0,
        delta: { type: "input_json_delta", partial_json },
      })),
      ...rest.slice(PIECES.length),
    ],
  };
}

/** The events as they are sent, each by itself. */
export function framesOf({ isNamed, events, last }: Answer, before = ""): string[] {
  const frames = events.map((event) => {
    const name = isNamed ? `event: ${event.type!}\n` : "";
    return `${name}${before}data: ${JSON.stringify(event)}\n\n`;
  });
  return last === undefined ? frames : [...frames, `data: ${last}\n\n`];
}
