import { decodeText, fuse, type Machine } from "@millrace/core";
import { jsonItems, ndjson } from "@millrace/parsers";
import { decodeEventStream } from "@millrace/providers/bedrock";
import { decodeSse } from "@millrace/sse";

/** One thing that came over the wire. */
export interface Unit {
  /** What it is called there; a line has no name. */
  readonly name: string;
  /** As decoders take it. */
  readonly value: object | string;
}

/** Who hears of what is in a stream of bytes. */
export interface FramingEvents {
  unit(this: void, unit: Unit): void;
  /** What says nothing of an answer, such as a comment that keeps a connection alive. */
  aside(this: void, name: string, text: string): void;
  defect(this: void, message: string): void;
}

/** How units stand in bytes. */
export interface Framing {
  /** As people call it. */
  readonly title: string;
  readonly contentType: string;
  /** What ends every unit, so that pieces that end there say where units do. */
  readonly cutAt: "lines" | "frames";
  readonly open: (events: FramingEvents) => Required<Machine<Uint8Array>>;
}

/** The framings that are known, by the names that the command line has for them. */
export const FRAMINGS: Readonly<Record<string, Framing>> = {
  sse: {
    title: "server-sent events",
    contentType: "text/event-stream",
    cutAt: "lines",
    open: ({ unit, aside, defect }) =>
      decodeSse({
        incomplete: "dispatch",
        strays: "dispatch",
        onComment: (comment) => aside("comment", comment.trim()),
        onRetry: (delay) => aside("retry", `${delay} ms`),
        onIncomplete: () => defect("no blank line ends the last event: strict parsers drop it"),
      }).start((event) => {
        if (event.type === "stray") defect("lines that are no fields of an event stream");
        unit({ name: event.type, value: event });
      }),
  },
  ndjson: {
    title: "a JSON value a line",
    contentType: "application/x-ndjson",
    cutAt: "lines",
    open: ({ unit, defect }) =>
      fuse(decodeText(), ndjson<object>({ onInvalidLine: "emit" })).start((line) => {
        if (line.error !== undefined) defect(`a line is no JSON: ${line.error.message}`);
        else unit({ name: "", value: boxed(line.value) });
      }),
  },
  "json-array": {
    title: "a JSON array that grows",
    contentType: "application/json",
    cutAt: "lines",
    open: ({ unit }) =>
      fuse(decodeText(), jsonItems("$[*]")).start((item) => {
        unit({ name: "", value: boxed(item) });
      }),
  },
  "event-stream": {
    title: "AWS' event stream",
    contentType: "application/vnd.amazon.eventstream",
    cutAt: "frames",
    open: ({ unit }) =>
      decodeEventStream().start((frame) => {
        const { headers } = frame;
        const name = headers[":event-type"] ?? headers[":exception-type"] ?? headers[":error-code"];
        unit({ name: typeof name === "string" ? name : "frame", value: frame });
      }),
  },
};

/** Decoders take objects, and JSON text for anything else. */
function boxed(value: unknown): object | string {
  return typeof value === "object" && value !== null ? value : JSON.stringify(value);
}

const ENOUGH = 65_536; // bytes after which the beginning says what it can say
const OPENERS: Readonly<Record<string, string>> = { "{": "ndjson", "[": "json-array" };
const FIELD = /^(?:data|event|id|retry|error)(?::|$)|^:/m;

/** The name of the framing that bytes begin like; undefined if they do not say. */
export function guessFraming(beginning: Uint8Array): string | undefined {
  // A frame begins with its length in four bytes, of which the first is 0 below 16 MiB.
  if (beginning[0] === 0) return "event-stream";
  const text = new TextDecoder().decode(beginning.subarray(0, ENOUGH));
  const opener = OPENERS[text.trimStart().charAt(0)];
  return opener ?? (FIELD.test(text) ? "sse" : undefined);
}

/** Whether more bytes might say more. */
export function isUndecided(beginning: Uint8Array): boolean {
  return beginning.length < ENOUGH;
}
