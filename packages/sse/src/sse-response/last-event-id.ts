import type { SseRequest } from "../sse-response.ts";

const LAST_EVENT_ID = "last-event-id";
const BYTES_BEYOND_ASCII = /^[\0-\u00FF]*[\u0080-\u00FF][\0-\u00FF]*$/;

/**
 * The id that the client names, as it was sent to it; the empty string if it names none. Clients send
 * it in UTF-8, and a header's value is given as bytes, a unit for each.
 */
export function lastEventIdOf(request: SseRequest | undefined): string {
  const value = request?.headers.get(LAST_EVENT_ID) ?? "";
  if (!BYTES_BEYOND_ASCII.test(value)) return value;
  const bytes = Uint8Array.from(value, (unit) => unit.charCodeAt(0));
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return value; // the client has another opinion, or the runtime has decoded it
  }
}
