import type { SseEvent } from "@millrace/sse";
import { fields, text } from "../shared/wire.ts";
import { decodeUtf8, type EventStreamFrame, type EventStreamHeader } from "./frame.ts";

/** The event that a frame is: its name, and JSON text. Whatever kind of error it is, it is `error`. */
export function frameEvent({ headers, payload }: EventStreamFrame): SseEvent {
  const data = decodeUtf8(payload);
  switch (word(headers[":message-type"])) {
    case "exception":
      return eventOf("error", exception(word(headers[":exception-type"]), data));
    case "error": {
      const code = word(headers[":error-code"]);
      return eventOf("error", JSON.stringify({ code, message: word(headers[":error-message"]) }));
    }
    default:
      return eventOf(word(headers[":event-type"]) || "message", data);
  }
}

export function isFrame(input: unknown): input is EventStreamFrame {
  const { headers, payload } = fields(input);
  return typeof headers === "object" && headers !== null && payload instanceof Uint8Array;
}

/** The name of an exception as its type; the payload has its message, in JSON or not. */
function exception(type: string, data: string): string {
  let payload: unknown;
  try {
    payload = JSON.parse(data);
  } catch {
    payload = { message: data };
  }
  const message = text(fields(payload)["message"]) || type;
  return JSON.stringify({ ...fields(payload), type, message });
}

export function eventOf(type: string, data: string): SseEvent {
  return { type, data, lastEventId: "" };
}

function word(value: EventStreamHeader | undefined): string {
  return text(value);
}
