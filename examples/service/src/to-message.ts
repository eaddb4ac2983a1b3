import type { SseMessage } from "@millrace/sse";
import type { ServiceEvent } from "./answer-events.ts";

/** An event of the service as it stands on the wire. */
export function toMessage(event: ServiceEvent): SseMessage {
  return { ...event, data: JSON.stringify(event.data) };
}
