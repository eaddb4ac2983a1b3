import type { SseEvent } from "./sse-event.ts";

// Lines are joined in batches, so that an event of millions of tiny lines costs little memory.
const BATCH_LENGTH = 1024;
const LONGEST_DELAY = 2 ** 31 - 1; // of a timer
export const DATA = "data:";
const DEFAULT_TYPE = "message";
const NUL = "\0";
const SPACE = 0x20;

export interface EventBlockOptions {
  onComment?: (comment: string) => void;
  onRetry?: (delay: number) => void;
}

/** The lines between two blank lines, and what persists from block to block. */
export interface EventBlock {
  /** UTF-16 units of the lines that are held, one for each of their ends. */
  readonly length: number;
  /** Takes the line that stands in `text` between two places; it is not blank. */
  take(text: string, from: number, to: number): void;
  /** The event of a block that is only the data line between two places of `text`. */
  only(text: string, from: number, to: number): SseEvent;
  /** The event so far; `undefined` if it has no data, which the standard does not dispatch. */
  event(): SseEvent | undefined;
  /** The event so far, with or without data. */
  peek(): SseEvent;
  /** Begins the next block. */
  reset(): void;
}

export function openEventBlock({ onComment, onRetry }: EventBlockOptions): EventBlock {
  let length = 0;
  let data: string | undefined;
  let more: string[] = []; // data lines that are not in `data` yet
  let type = "";
  let hasId = false;
  let lastEventId = "";

  function addData(value: string): void {
    if (data === undefined) data = value;
    else if (more.push(value) === BATCH_LENGTH) join();
  }

  function join(): void {
    data = `${data ?? ""}\n${more.join("\n")}`;
    more = [];
  }

  function takeField(line: string): void {
    const colon = line.indexOf(":");
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : line.slice(valueAt(line, colon + 1));
    if (name === "data") addData(value);
    else if (name === "event") type = value;
    else if (name === "id") {
      if (value.includes(NUL)) return;
      lastEventId = value;
      hasId = true;
    } else {
      if (name === "retry" && /^[0-9]+$/.test(value)) {
        onRetry?.(Math.min(Number(value), LONGEST_DELAY));
      }
      return;
    }
    length += line.length + 1;
  }

  function peek(): SseEvent {
    if (more.length > 0) join();
    const event: SseEvent = {
      type: type === "" ? DEFAULT_TYPE : type,
      data: data ?? "",
      lastEventId,
    };
    if (hasId) event.id = lastEventId;
    return event;
  }

  return {
    get length() {
      return length;
    },
    take(text, from, to) {
      if (text.startsWith(DATA, from)) {
        addData(text.slice(valueAt(text, from + DATA.length), to));
        length += to - from + 1;
      } else if (text.startsWith(":", from)) {
        onComment?.(text.slice(valueAt(text, from + 1), to));
      } else takeField(text.slice(from, to));
    },
    only: (text, from, to) => ({
      type: DEFAULT_TYPE,
      data: text.slice(valueAt(text, from + DATA.length), to),
      lastEventId,
    }),
    event: () => (data === undefined ? undefined : peek()),
    peek,
    reset() {
      length = 0;
      data = undefined;
      more = [];
      type = "";
      hasId = false;
    },
  };
}

/** Behind a colon, one space does not count. */
function valueAt(text: string, afterColon: number): number {
  return text.charCodeAt(afterColon) === SPACE ? afterColon + 1 : afterColon;
}
