import { decodeText, fuse, LimitError, ParseError, stage, type Stage } from "@millrace/core";
import { DATA, openEventBlock } from "./event-block.ts";
import type { SseEvent } from "./sse-event.ts";

const DEFAULT_MAX_EVENT_LENGTH = 16_777_216;
const LINE_FEED = "\n";
const LINE_FEED_CODE = 0x0a;
const CARRIAGE_RETURN = "\r";
const RETRY = "retry";

export interface DecodeSseOptions {
  /**
   * What becomes of a last event that no blank line ends. `"discard"`, as the standard says and by
   * default; `"dispatch"`, for servers that leave the blank line out; `"error"`, a `ParseError`.
   */
  incomplete?: "discard" | "dispatch" | "error";
  /** Told of an incomplete last event, as far as it came, whatever becomes of it. */
  onIncomplete?: (event: SseEvent) => void;
  /** Told of each comment line, without its colon; servers send them to keep a connection alive. */
  onComment?: (comment: string) => void;
  /** Told of each new delay before a reconnection, in milliseconds. */
  onRetry?: (delay: number) => void;
  /** The longest event: its lines, the one that is coming in included. Default 16 Mi UTF-16 units. */
  maxEventLength?: number;
}

/**
 * Server-sent events out of the body of a response.
 *
 * - **In / Out:** bytes or text cut anywhere, with LF, CR or CRLF line ends, mixed too; an
 *   `SseEvent` for each event that has data.
 * - **When:** an event at its blank line. A CR ends a line at once, also at the end of a chunk.
 * - **Limits:** `maxEventLength` counts the data, event and id lines of an event, one for each of
 *   their ends, and the line that is coming in.
 * - **Errors:** a `LimitError` at the first unit over the limit; with `incomplete: "error"` a
 *   `ParseError` (`incomplete`) at the end. Nothing else: unknown fields are ignored, malformed
 *   UTF-8 becomes U+FFFD, and what is not an event stream gives no events. When the source fails,
 *   an incomplete event is dispatched or reported as at the end, before the error.
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
  return fuse(decodeText(), events(options));
}

function events(options: DecodeSseOptions): Stage<string, SseEvent> {
  const {
    incomplete = "discard",
    maxEventLength = DEFAULT_MAX_EVENT_LENGTH,
    onIncomplete,
  } = options;
  if (!(maxEventLength >= 1)) {
    throw new RangeError(
      `Cannot decode SSE: maxEventLength must be 1 or more, not ${maxEventLength}`,
    );
  }
  return stage((emit) => {
    const block = openEventBlock(options);
    let offset = 0; // of the chunk
    let feedMayFollow = false; // the last unit was a CR: it ended a line, and a LF would belong to it
    let held: string[] = []; // the beginning of a line, in pieces
    let heldLength = 0;

    /** The line that is held goes on in `chunk` between two places. */
    function limit(from: number, to: number): void {
      const left = maxEventLength - block.length - heldLength;
      if (to - from <= left) return;
      throw new LimitError(
        `Cannot decode SSE: an event grew beyond maxEventLength ${maxEventLength}`,
        { stage: "decodeSse", offset: offset + from + Math.max(left, 0) },
      );
    }

    /** One data line and a blank one, as nearly all events are: worth a path of its own. */
    function isWholeEvent(chunk: string, from: number, feed: number, other: number): boolean {
      return (
        feed < other &&
        chunk.charCodeAt(feed + 1) === LINE_FEED_CODE &&
        block.length === 0 &&
        heldLength === 0 &&
        chunk.startsWith(DATA, from)
      );
    }

    function takeLine(chunk: string, from: number, to: number): void {
      if (from === to && heldLength === 0) {
        dispatch();
        return;
      }
      limit(from, to);
      if (heldLength === 0) block.take(chunk, from, to);
      else {
        const line = takeHeld(chunk.slice(from, to));
        block.take(line, 0, line.length);
      }
    }

    function takeHeld(rest: string): string {
      held.push(rest);
      const line = held.join("");
      held = [];
      heldLength = 0;
      return line;
    }

    function dispatch(): void {
      const event = block.event();
      block.reset();
      if (event !== undefined) emit(event);
    }

    /** The end of the input, or of what came of it; gives whether it is in the middle of an event. */
    function finish(): boolean {
      const line = takeHeld("");
      const isField = line !== "" && !line.startsWith(":");
      if (isField && !line.startsWith(RETRY)) block.take(line, 0, line.length);
      if (!isField && block.length === 0) return false;
      onIncomplete?.(block.peek());
      if (incomplete === "dispatch") dispatch();
      return true;
    }

    return {
      push(chunk) {
        if (chunk === "") return;
        let from = feedMayFollow && chunk.startsWith(LINE_FEED) ? 1 : 0;
        feedMayFollow = false;
        let feed = find(chunk, LINE_FEED, from);
        let carriageReturn = find(chunk, CARRIAGE_RETURN, from);
        while (feed < Infinity || carriageReturn < Infinity) {
          if (isWholeEvent(chunk, from, feed, carriageReturn)) {
            limit(from, feed);
            emit(block.only(chunk, from, feed));
            from = feed + 2;
            feed = find(chunk, LINE_FEED, from);
            continue;
          }
          const end = Math.min(feed, carriageReturn);
          takeLine(chunk, from, end);
          from = end + 1;
          if (end === carriageReturn) {
            feedMayFollow = from === chunk.length;
            if (feed === from) from++;
            carriageReturn = find(chunk, CARRIAGE_RETURN, from);
          }
          if (feed < from) feed = find(chunk, LINE_FEED, from);
        }
        if (from < chunk.length) {
          limit(from, chunk.length);
          held.push(chunk.slice(from));
          heldLength += chunk.length - from;
        }
        offset += chunk.length;
      },
      flush() {
        if (!finish() || incomplete !== "error") return;
        throw new ParseError("Cannot decode SSE: the stream ended in the middle of an event", {
          stage: "decodeSse",
          code: "incomplete",
          offset,
        });
      },
      fail: finish,
    };
  });
}

function find(text: string, what: string, from: number): number {
  const index = text.indexOf(what, from);
  return index === -1 ? Infinity : index;
}
