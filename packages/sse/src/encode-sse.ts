import { stage, type Stage } from "@millrace/core";
import { encodeMessage } from "./encode-message.ts";
import type { SseMessage } from "./sse-message.ts";

/**
 * Messages as the text of an event stream, which nothing in them can break out of.
 *
 * - **In / Out:** strings, which are data, and messages, an `SseEvent` too; the text of each, which
 *   ends with a blank line. `fuse` it with `encodeText()` for bytes.
 * - **When:** at once, one text a message.
 * - **Limits:** none: it holds nothing.
 * - **Errors:** a `ParseError`, its offset the number of messages before, for what no client could
 *   receive: CR, LF or NUL in `type` or `id`, a `retry` that is no whole number, a `type` without
 *   data, a message that says nothing, a field that is no string. Nothing is stripped. CR and CRLF
 *   in data arrive as LF, a lone surrogate as U+FFFD. `lastEventId` is not written: the client
 *   knows it from the ids.
 * - **Cost:** a search for line ends in the data, and one string a message.
 * - **Source:** HTML standard, clause 9.2.5, parsing an event stream: its grammar.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import { encodeSse } from "@millrace/sse";
 *
 * const [one, two] = run(encodeSse(), ["mill\nrace", { type: "tick", data: "1", id: "7" }]);
 * one; // => "data: mill\ndata: race\n\n"
 * two; // => "event: tick\ndata: 1\nid: 7\n\n"
 * ```
 */
export function encodeSse(): Stage<string | SseMessage, string> {
  return stage((emit) => {
    let offset = 0;
    return {
      push(message) {
        emit(encodeMessage(message, offset));
        offset++;
      },
    };
  });
}
