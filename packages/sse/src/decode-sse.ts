import { ParseError, stage, type Stage } from "@millrace/core";
import { unitLimit } from "@millrace/core/text";
import { openEventStream } from "./event-stream.ts";
import type { SseEvent } from "./sse-event.ts";

const DEFAULT_MAX_EVENT_LENGTH = 16_777_216;
const LAST_ASCII = 0x7f;
const GOES_ON = { stream: true };

export interface DecodeSseOptions {
  /**
   * What becomes of a last event that no blank line ends. `"discard"`, as the standard says and by
   * default; `"dispatch"`, for servers that leave the blank line out; `"error"`, a `ParseError`.
   */
  incomplete?: "discard" | "dispatch" | "error";
  /**
   * What becomes of lines that are no fields of the standard, such as `error: …` or the bare JSON of
   * a gateway that fails late. `"ignore"`, as the standard says and by default; `"dispatch"`: a block
   * of nothing else is an event, of the type `error` if it is that field, otherwise `stray`.
   */
  strays?: "ignore" | "dispatch";
  /** Told of an incomplete last event, as far as it came, whatever becomes of it. */
  onIncomplete?: (event: SseEvent) => void;
  /** The last event id of the stream that this one goes on with. Default: none, the empty string. */
  lastEventId?: string;
  /** Told of each id when its block ends, be it an event or, without data, none. */
  onId?: (id: string) => void;
  /** Told of each comment line, without its colon; servers send them to keep a connection alive. */
  onComment?: (comment: string) => void;
  /** Told of each new delay before a reconnection, in milliseconds. */
  onRetry?: (delay: number) => void;
  /** The longest event, and the longest line. Default 16 Mi UTF-16 units; `Infinity` for any. */
  maxEventLength?: number;
}

/**
 * Server-sent events out of the body of a response.
 *
 * - **In / Out:** bytes or text cut anywhere, with LF, CR or CRLF line ends, mixed too; an
 *   `SseEvent` for each event that has data.
 * - **When:** an event at its blank line. A CR ends a line at once, also at the end of a chunk.
 * - **Limits:** `maxEventLength` counts an event as it was sent, from its first data, event or id
 *   line to the end of its last line, with all that stands between; outside of events, a line. As
 *   the names of fields count too, tiny lines need no limit of their own.
 * - **Errors:** a `LimitError` at the first unit over the limit, and nothing of that event; with
 *   `incomplete: "error"` a `ParseError` (`incomplete`) at the end; what a callback throws. Nothing
 *   else: unknown fields are ignored, malformed UTF-8 becomes U+FFFD, and what is not an event
 *   stream gives no events, but for `strays`. When the source fails, an incomplete event is dispatched or reported as
 *   at the end, before the error.
 * - **Cost:** one `indexOf` and one `slice` a line, one object an event.
 * - **Source:** HTML standard, clause 9.2.6, interpreting an event stream.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import { decodeSse } from "@millrace/sse";
 *
 * const [tick, last] = run(decodeSse(), ["event: tick\nid: 7\nda", "ta: 1\r\n\r", "\ndata\n\n"]);
 * tick; // => { type: "tick", data: "1", lastEventId: "7", id: "7" }
 * last; // => { type: "message", data: "", lastEventId: "7" }
 * ```
 */
export function decodeSse(options: DecodeSseOptions = {}): Stage<Uint8Array | string, SseEvent> {
  const {
    incomplete = "discard",
    strays = "ignore",
    maxEventLength = DEFAULT_MAX_EVENT_LENGTH,
    lastEventId = "",
    onComment,
    onId,
    onIncomplete,
    onRetry,
  } = options;
  const tooLong = unitLimit({
    stage: "decodeSse",
    action: "decode SSE",
    unit: "an event",
    option: "maxEventLength",
    max: maxEventLength,
  });
  return stage(
    (emit) => {
      const events = openEventStream(
        {
          maxEventLength,
          tooLong,
          lastEventId,
          onComment,
          onId,
          onRetry,
          strays: strays === "dispatch",
        },
        emit,
      );
      // A byte order mark stays in, so that it is taken off once, be it bytes or text.
      const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
      let insideCharacter = false; // of bytes: the decoder may hold the first ones

      function endBytes(): void {
        if (!insideCharacter) return;
        insideCharacter = false;
        events.read(decoder.decode());
      }

      /** Gives whether the end is in the middle of an event. */
      function finish(): boolean {
        const unfinished = events.takeUnfinished();
        if (unfinished === undefined) return false;
        const { event, hasData } = unfinished;
        onIncomplete?.(event);
        if (hasData && incomplete === "dispatch") emit(event);
        return true;
      }

      return {
        push(chunk) {
          if (chunk.length === 0) return;
          if (typeof chunk === "string") {
            endBytes(); // what a string follows is as finished as it will get
            events.read(chunk);
          } else {
            // Several runtimes decode bytes that are whole much faster than those that go on.
            insideCharacter = chunk[chunk.length - 1]! > LAST_ASCII;
            events.read(decoder.decode(chunk, insideCharacter ? GOES_ON : undefined));
          }
        },
        flush() {
          endBytes();
          if (!finish() || incomplete !== "error") return;
          throw new ParseError("Cannot decode SSE: the stream ended in the middle of an event", {
            stage: "decodeSse",
            code: "incomplete",
            offset: events.offset(),
          });
        },
        fail: finish,
      };
    },
    { cuttable: true },
  );
}
