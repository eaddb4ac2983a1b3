import { map, pipe } from "@millrace/core";
import { sseResponse, type SseMessage } from "@millrace/sse";
import type { NumberedEvent } from "./answer-log.ts";
import { toMessage } from "./to-message.ts";
import type { Upstream } from "./upstream.ts";
import { whenOver } from "./when-over.ts";

interface RespondOptions {
  upstream: Upstream;
  heartbeat: number;
}

/**
 * The response for who reads a recorded answer. When the service closes and another process is there, it
 * ends without the last event, and the client comes back by the number that it has.
 */
export async function respondNumbered(
  request: Request,
  open: (client: AbortSignal) => Promise<ReadableStream<NumberedEvent>>,
  { upstream, heartbeat }: RespondOptions,
  headers: Record<string, string> = {},
): Promise<Response> {
  const { signal, leave } = upstream.live.enter("reader", request.signal);
  try {
    const events = whenOver(await open(signal), leave);
    // Its cursor was heard already, and what it has seen of another stream is none in this one.
    const visitor = { method: request.method, signal, headers: new Headers() };
    return sseResponse(pipe(events, map(numbered)), { request: visitor, heartbeat, headers });
  } catch (error) {
    leave();
    throw error;
  }
}

function numbered({ seq, value }: NumberedEvent): SseMessage {
  return { ...toMessage(value), ...(seq !== undefined && { id: String(seq) }) };
}
