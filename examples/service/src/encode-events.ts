import { stage, type Stage } from "@millrace/core";
import type { ServiceEvent } from "./answer-events.ts";

/**
 * The service's events as an event stream.
 *
 * - **In / Out:** events; their text, which begins with a comment.
 * - **When:** the comment at once, so that the client and all between see the stream open.
 * - **Cost:** one `JSON.stringify` an event, which leaves no line end in the data.
 * - **Source:** HTML standard, clause 9.2.5, parsing an event stream.
 */
export function encodeEvents(): Stage<ServiceEvent, string> {
  return stage((emit) => {
    emit(": open\n\n");
    return {
      push({ type, data }) {
        emit(`${type === undefined ? "" : `event: ${type}\n`}data: ${JSON.stringify(data)}\n\n`);
      },
    };
  });
}
