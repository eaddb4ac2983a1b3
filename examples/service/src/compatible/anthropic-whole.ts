import type { WireObject } from "./vendor-api.ts";

// The shapes of what our own encoder writes.

type Event = WireObject &
  (
    | { type: "message_start"; message: object & { usage: object } }
    | { type: "content_block_start"; index: number; content_block: WireObject }
    | { type: "content_block_delta"; index: number; delta: Delta }
    | { type: "content_block_stop"; index: number }
    | { type: "message_delta"; delta: object; usage: object }
    | { type: "message_stop" }
  );

type Delta =
  | { type: "text_delta"; text: string }
  | { type: "thinking_delta"; thinking: string }
  | { type: "signature_delta"; signature: string }
  | { type: "input_json_delta"; partial_json: string }
  | { type: "citations_delta"; citation: object };

/** A block, and the pieces of what grows in it, by field. */
interface Block {
  start: WireObject;
  pieces: Map<string, unknown[]>;
}

/** The events of a stream as the message that the API gives where none was asked for. */
export function wholeMessage(events: readonly WireObject[]): object {
  let message: object & { usage?: object } = {};
  const blocks: Block[] = [];
  for (const event of events as readonly Event[]) {
    switch (event.type) {
      case "message_start":
        ({ message } = event);
        break;
      case "content_block_start":
        blocks[event.index] = { start: event.content_block, pieces: new Map() };
        break;
      case "content_block_delta": {
        const [field, piece] = grown(event.delta);
        const { pieces } = blocks[event.index]!;
        const before = pieces.get(field);
        if (before === undefined) pieces.set(field, [piece]);
        else before.push(piece);
        break;
      }
      case "message_delta":
        message = { ...message, ...event.delta, usage: { ...message.usage, ...event.usage } };
    }
  }
  return { ...message, content: blocks.map(contentOf) };
}

function grown(delta: Delta): [field: string, piece: unknown] {
  switch (delta.type) {
    case "text_delta":
      return ["text", delta.text];
    case "thinking_delta":
      return ["thinking", delta.thinking];
    case "signature_delta":
      return ["signature", delta.signature];
    case "input_json_delta":
      return ["input", delta.partial_json];
    case "citations_delta":
      return ["citations", delta.citation];
  }
}

function contentOf({ start, pieces }: Block): object {
  const content: Record<string, unknown> = { ...start };
  for (const [field, own] of pieces) {
    content[field] = field === "citations" ? own : own.join("");
  }
  const input = pieces.get("input");
  if (input !== undefined) content["input"] = inputOf(input.join(""));
  return content;
}

/** A model may have written no JSON: it is shown as the text that it is. */
function inputOf(text: string): unknown {
  if (text === "") return {};
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
