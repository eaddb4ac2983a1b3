import { stage, type Stage } from "@millrace/core";
import type { SseEvent } from "@millrace/sse";
import { fields } from "../shared/wire.ts";
import { decodeUtf8, type EventStreamFrame } from "./frame.ts";
import { eventOf, frameEvent, isFrame } from "./frame-event.ts";

/** What AWS' SDK gives of an answer of InvokeModel: any of its types fits. */
export interface InvokeModelChunk {
  readonly chunk?: unknown;
}

/**
 * The events of a model that is asked by `InvokeModelWithResponseStream`: Bedrock wraps each of them,
 * in the model's own format, and its decoder reads them.
 *
 * - **In:** frames, from `decodeEventStream()`; or the objects of AWS' SDK, `{ chunk: { bytes } }`.
 * - **Out:** events as `decodeSse` gives them. Exceptions of Bedrock's are events named `error`, which
 *   every decoder makes an `error` part of.
 * - **When:** at once.
 * - **Errors:** none of its own: what cannot be unwrapped comes out as it came, for the decoder to
 *   tell of.
 * - **Cost:** one `JSON.parse` of the wrapper, and the decoding of Base64.
 * - **Source:** AWS, InvokeModelWithResponseStream, ResponseStream.
 *
 * @example
 * ```ts
 * import { fuse, run } from "@millrace/core";
 * import { text } from "@millrace/parts";
 * import { decodeAnthropic } from "@millrace/providers/anthropic";
 * import { invokeModelEvents } from "@millrace/providers/bedrock";
 *
 * const delta = { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Hi" } };
 * const bytes = new TextEncoder().encode(JSON.stringify(delta));
 * run(fuse(invokeModelEvents(), decodeAnthropic(), text()), [{ chunk: { bytes } }]); // => ["Hi"]
 * ```
 */
export function invokeModelEvents(): Stage<EventStreamFrame | InvokeModelChunk, SseEvent> {
  return stage((emit) => ({
    push(input) {
      emit(isFrame(input) ? unwrapFrame(input) : unwrapChunk(input));
    },
  }));
}

function unwrapFrame(frame: EventStreamFrame): SseEvent {
  const event = frameEvent(frame);
  if (event.type !== "chunk") return event;
  try {
    const { bytes } = fields(JSON.parse(event.data));
    const data = typeof bytes === "string" ? decodeUtf8(bytesOf(bytes)) : event.data;
    return eventOf("message", data);
  } catch {
    return eventOf("message", event.data);
  }
}

/** The SDK has the bytes decoded. */
function unwrapChunk(input: InvokeModelChunk): SseEvent {
  const { bytes } = fields(input.chunk);
  return eventOf(
    "message",
    bytes instanceof Uint8Array ? decodeUtf8(bytes) : JSON.stringify(input),
  );
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}
