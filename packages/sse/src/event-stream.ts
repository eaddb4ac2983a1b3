import type { Emit, LimitError } from "@millrace/core";
import type { SseEvent } from "./sse-event.ts";

const LINE_FEED = "\n";
const CARRIAGE_RETURN = "\r";
const LINE_FEED_CODE = 0x0a;
const SPACE_CODE = 0x20;
const COLON_CODE = 0x3a;
const BYTE_ORDER_MARK_CODE = 0xfeff;
const DATA_PREFIX = "data:";
const DEFAULT_TYPE = "message";
const ERROR = "error";
const STRAY = "stray";
const LONGEST_DELAY = 2_147_483_647; // of a timer
// Data lines are joined in batches, so that an event of millions of tiny ones costs little memory.
const BATCH_LENGTH = 1024;
const NOWHERE = -1;

export interface EventStreamOptions {
  maxEventLength: number;
  tooLong: (offset: number) => LimitError;
  /** What the last event id is until the stream says so itself. */
  lastEventId: string;
  onComment: ((comment: string) => void) | undefined;
  onId: ((id: string) => void) | undefined;
  onRetry: ((delay: number) => void) | undefined;
  /** Whether lines that are no fields make an event, if nothing else stands in their block. */
  strays: boolean;
}

/** An event stream that is being interpreted. */
export interface EventStream {
  /** UTF-16 units read. */
  offset(): number;
  read(text: string): void;
  /** The input is over: gives what there is of an event that no blank line has ended, once. */
  takeUnfinished(): Unfinished | undefined;
}

export interface Unfinished {
  event: SseEvent;
  /** Without data the standard dispatches nothing. */
  hasData: boolean;
}

export function openEventStream(options: EventStreamOptions, emit: Emit<SseEvent>): EventStream {
  const { maxEventLength, tooLong, onComment, onId, onRetry, strays } = options;
  let offset = 0; // of the text that is being read
  let ignored = BYTE_ORDER_MARK_CODE; // this unit does not count if it comes next
  let line: string[] = []; // the line that is coming in, in pieces; none is empty

  // The event that is coming in. Fields that hold something open it, its blank line closes it.
  let open = false;
  let data: string | undefined; // its data lines, but for those in `moreData`
  let moreData: string[] = [];
  let type = DEFAULT_TYPE;
  let id: string | undefined;
  let stray = false; // it is made of lines that are no fields
  let { lastEventId } = options; // as the blocks before it have left it
  let heldFrom = NOWHERE; // where the open event began, or else the line that is coming in

  function read(text: string): void {
    if (text === "") return;
    let from = text.charCodeAt(0) === ignored ? 1 : 0;
    ignored = NOWHERE;
    // Each is searched for only when it was passed: a stream may have many of one, none of the other.
    let feed = find(LINE_FEED, text, from);
    let carriageReturn = find(CARRIAGE_RETURN, text, from);
    for (;;) {
      const end = feed < carriageReturn ? feed : carriageReturn;
      if (end === text.length) break;
      if (isWholeData(text, from, end)) {
        if (open || end - from > maxEventLength) hold(from, end);
        const event = {
          type,
          data: text.slice(valueStart(text, from + DATA_PREFIX.length), end),
          lastEventId,
        };
        if (open) {
          // All that a block without data and id can have set.
          open = false;
          type = DEFAULT_TYPE;
          heldFrom = NOWHERE;
        }
        emit(event);
        from = end + 2;
        feed = find(LINE_FEED, text, from);
        continue;
      }
      endLine(text, from, end);
      from = end + 1;
      if (end === feed) feed = find(LINE_FEED, text, from);
      else {
        if (from === text.length) ignored = LINE_FEED_CODE;
        else if (from === feed) feed = find(LINE_FEED, text, ++from);
        carriageReturn = find(CARRIAGE_RETURN, text, from);
      }
    }
    if (from < text.length) {
      hold(from, text.length);
      line.push(text.slice(from));
    }
    offset += text.length;
  }

  /** The only data line of an event, and its blank line: nearly all events, worth a short cut. */
  function isWholeData(text: string, from: number, end: number): boolean {
    return (
      text.charCodeAt(end) === LINE_FEED_CODE &&
      text.charCodeAt(end + 1) === LINE_FEED_CODE &&
      data === undefined &&
      id === undefined &&
      line.length === 0 &&
      text.startsWith(DATA_PREFIX, from)
    );
  }

  /** A line goes on between two places of the text. */
  function hold(from: number, to: number): void {
    if (heldFrom === NOWHERE) heldFrom = offset + from;
    if (offset + to - heldFrom <= maxEventLength) return;
    // Line ends never trip, so the limit may lie before this line.
    const tripped = Math.max(heldFrom + maxEventLength, offset + from);
    line = []; // what is left of this event depends on the cut
    close();
    throw tooLong(tripped);
  }

  function endLine(text: string, from: number, to: number): void {
    if (line.length > 0) {
      hold(from, to);
      line.push(text.slice(from, to));
      const whole = takeHeldLine();
      interpret(whole, 0, whole.length);
    } else if (from < to) {
      hold(from, to);
      interpret(text, from, to);
    } else dispatch();
  }

  function takeHeldLine(): string {
    const whole = line.join("");
    line = [];
    return whole;
  }

  /** A line that is not blank, between two places of the text. */
  function interpret(text: string, from: number, to: number): void {
    let value: string | undefined;
    if (text.charCodeAt(from) === COLON_CODE) {
      onComment?.(text.slice(valueStart(text, from + 1), to));
    } else if ((value = valueOf("data", text, from, to)) !== undefined) {
      beginEvent();
      addData(value);
    } else if ((value = valueOf("event", text, from, to)) !== undefined) {
      beginEvent();
      type = value === "" ? DEFAULT_TYPE : value;
    } else if ((value = valueOf("id", text, from, to)) !== undefined) {
      if (!value.includes("\0")) {
        beginEvent();
        id = value;
      }
    } else if ((value = valueOf("retry", text, from, to)) !== undefined) {
      if (/^[0-9]+$/.test(value)) onRetry?.(Math.min(Number(value), LONGEST_DELAY));
    } else if (strays && (!open || stray)) addStray(text.slice(from, to));
    if (!open) heldFrom = NOWHERE;
  }

  /** A field has come. Lines before it that are none are unknown fields, to be ignored. */
  function beginEvent(): void {
    if (stray) close();
    open = true;
  }

  function addStray(text: string): void {
    const error = data === undefined ? valueOf(ERROR, text, 0, text.length) : undefined;
    if (error !== undefined) type = ERROR;
    else if (data === undefined) type = STRAY;
    open = stray = true;
    addData(error ?? text);
  }

  function addData(value: string): void {
    if (data === undefined) data = value;
    else if (moreData.push(value) === BATCH_LENGTH) joinData();
  }

  function joinData(): void {
    data = `${data ?? ""}\n${moreData.join("\n")}`;
    moreData = [];
  }

  function dispatch(): void {
    const event = data === undefined ? undefined : eventSoFar();
    if (id !== undefined) onId?.(id);
    close();
    if (event !== undefined) emit(event);
  }

  function eventSoFar(): SseEvent {
    if (moreData.length > 0) joinData();
    const event: SseEvent = {
      type,
      data: data ?? "",
      lastEventId: id ?? lastEventId,
    };
    if (id !== undefined) event.id = id;
    return event;
  }

  function close(): void {
    lastEventId = id ?? lastEventId;
    open = stray = false;
    data = undefined;
    moreData = [];
    type = DEFAULT_TYPE;
    id = undefined;
    heldFrom = NOWHERE;
  }

  return {
    offset: () => offset,
    read,
    takeUnfinished() {
      const torn = takeHeldLine();
      // A comment is no part of an event, and of a delay the last digits may be missing.
      const isField = torn !== "" && !torn.startsWith(":") && !torn.startsWith("retry");
      if (isField) interpret(torn, 0, torn.length);
      if (!isField && !open) return undefined;
      const unfinished = { event: eventSoFar(), hasData: data !== undefined };
      close();
      return unfinished;
    },
  };
}

/** Where `what` comes next; the end of the text if it does not. */
function find(what: string, text: string, from: number): number {
  const index = text.indexOf(what, from);
  return index === -1 ? text.length : index;
}

/** What a line says of a field; `undefined` if it is not about that field. */
function valueOf(name: string, text: string, from: number, to: number): string | undefined {
  // Most lines that are not about it differ in the first unit, which is cheaper to compare.
  if (text.charCodeAt(from) !== name.charCodeAt(0) || !text.startsWith(name, from))
    return undefined;
  const end = from + name.length;
  if (end === to) return "";
  return text.charCodeAt(end) === COLON_CODE
    ? text.slice(valueStart(text, end + 1), to)
    : undefined;
}

/** Behind a colon, one space does not count. */
function valueStart(text: string, afterColon: number): number {
  return text.charCodeAt(afterColon) === SPACE_CODE ? afterColon + 1 : afterColon;
}
