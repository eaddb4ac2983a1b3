import { stage, type Stage } from "@millrace/core";
import { encodeMessage } from "../encode-message.ts";
import { withId, type Message } from "./item-messages.ts";
import type { SseMessage } from "../sse-message.ts";

/** The id of the last event. A client that comes back with it has seen the end. */
export const DONE_ID = "done";

const FAILED: SseMessage = {
  type: "error",
  data: /* @__PURE__ */ JSON.stringify({
    error: { kind: "server", message: "The stream failed.", retryable: true },
  }),
};

export interface FramesOptions {
  /** What the client gets before anything else, encoded. */
  opening: string;
  /** What it gets at a good end, encoded. */
  done: string;
  /** The client may come back for what is behind its last id. */
  resumable: boolean;
  /** Ids stand ahead of what they belong to. */
  idFirst: boolean;
  onError: ((error: unknown) => Message | undefined) | undefined;
}

/** All that goes over the wire but heartbeats. It never fails: an error is the last thing it says. */
export function frames(options: FramesOptions): Stage<Message, string> {
  const { opening, done, resumable, idFirst, onError } = options;
  return stage((emit, end) => {
    let offset = 0;

    function failure(reason: unknown): string {
      const terminal = (message: Message) =>
        encodeMessage(resumable ? message : withId(message, DONE_ID), offset);
      try {
        return terminal(onError?.(reason) ?? FAILED);
      } catch {
        return terminal(FAILED); // what is wrong with the callback is not for the client
      }
    }

    emit(opening);
    return {
      push(message) {
        emit(encodeMessage(message, offset, idFirst));
        offset++;
        if (typeof message !== "string" && message.id === DONE_ID) end();
      },
      flush() {
        emit(done);
      },
      fail(reason) {
        emit(failure(reason));
        end(reason);
      },
    };
  });
}
