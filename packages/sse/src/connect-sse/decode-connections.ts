import { stage, type Machine, type Stage } from "@millrace/core";
import { decodeSse, type DecodeSseOptions } from "../decode-sse.ts";
import type { SseEvent } from "../sse-event.ts";

/** A new connection is open: what was left of the one before is void. */
export const OPENED = "opened";

export type Received = Uint8Array | typeof OPENED;

/** What one connection leaves to the next: the decoder writes it, the next request reads it. */
export interface Session {
  lastEventId: string;
  /** Milliseconds, as the server's `retry` has it. */
  retryDelay: number;
}

export interface DecodeConnectionsOptions extends DecodeSseOptions {
  until?: ((event: SseEvent) => boolean) | undefined;
}

/**
 * One stream of events out of connections in turn. An event that one of them broke off in the middle
 * of is forgotten when the next one opens; only after the last one it is an incomplete last event.
 */
export function decodeConnections(
  { until, ...options }: DecodeConnectionsOptions,
  session: Session,
): Stage<Received, SseEvent> {
  decodeSse(options); // throws what makes no sense before anything is sent
  return stage<Received, SseEvent>(
    (emit, end) => {
      let decoder: Required<Machine<Uint8Array>> | undefined;
      let over = false;

      function give(event: SseEvent): void {
        if (over) return;
        emit(event);
        if (until?.(event) !== true) return;
        over = true;
        end();
      }

      function open(): void {
        decoder = decodeSse({
          ...options,
          lastEventId: session.lastEventId,
          onId(id) {
            session.lastEventId = id;
            options.onId?.(id);
          },
          onRetry(delay) {
            session.retryDelay = delay;
            options.onRetry?.(delay);
          },
        }).start(give);
      }

      return {
        push(received) {
          if (received === OPENED) open();
          else decoder?.push(received);
        },
        flush() {
          decoder?.flush();
        },
        fail(reason) {
          decoder?.fail(reason);
        },
      };
    },
    { cuttable: true },
  );
}
