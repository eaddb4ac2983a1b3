import { isObject, type JsonObject } from "./json.ts";

/** How an answer is played. All of it is data, so that a request can bring it in a header. */
export interface Conditions {
  /** Gaps are divided by it: 2 is twice as fast as recorded. 0: no gaps at all. Default 1. */
  speed?: number;
  /** Every frame comes so many milliseconds after the one before, instead of as recorded. */
  gap?: number;
  /** Decides ids, gaps and cuts. Default: the number of the request, from 1. */
  seed?: number;
  /**
   * How the bytes are cut into socket writes. `"frames"` (default): one each. `"jagged"`: anywhere,
   * also inside a character or a CRLF, and across frames. A number: pieces of so many bytes,
   * whatever the frames, as a buffering proxy would.
   */
  cuts?: "frames" | "jagged" | number;
  /** The line ends of an event stream. Default `"\n"`. */
  newline?: "\n" | "\r\n" | "\r";
  /** Comments in an event stream, as servers send to keep a connection alive. Default `false`. */
  comments?: boolean | CommentOptions;
  /** What goes wrong. Default: nothing. */
  fail?: Fault;
}

export interface CommentOptions {
  /** Default `keep-alive`. */
  text?: string;
  /** So many come at once, before the first frame. Default 1. */
  before?: number;
  /** One comes after so many frames, again and again. Default 8. */
  every?: number;
}

/** Where something goes wrong. */
export type Place =
  | {
      /**
       * When so many frames are out; a negative number counts from the end (-1: all but the last);
       * `"ending"`: before the first frame by which the provider says that the answer is over.
       */
      after: number | "ending";
      afterBytes?: never;
    }
  | {
      /** When so many bytes of the body are out: also in the middle of a character. */
      afterBytes: number;
      after?: never;
    };

/** One thing that goes wrong with an answer. What a wrong request gets (400 and up) is spared. */
export type Fault =
  | StatusFault
  /** The request gets no answer at all. */
  | { kind: "hang" }
  /** The connection is destroyed before a status line. */
  | { kind: "refuse" }
  /** The connection is destroyed, so that the client sees a broken body. */
  | ({ kind: "disconnect" } & Place)
  /** Nothing more comes until the client goes away. */
  | ({ kind: "stall" } & Place)
  /** The body ends cleanly: a missing terminal, half an event. */
  | ({ kind: "end" } & Place)
  /** A line without an end follows, as fast as the client reads, until it goes away. */
  | ({ kind: "endless-line" } & Place)
  /** This text follows as it stands, then the body ends cleanly. */
  | ({ kind: "text"; text: string } & Place)
  | ErrorEventFault;

/** Another answer instead: `{ kind: "status", status: 429, headers: { "retry-after": "1" } }`. */
export interface StatusFault {
  kind: "status";
  status: number;
  headers?: Record<string, string>;
  /** The body. Default: an error object in OpenAI's shape. */
  json?: unknown;
  /** An HTML body instead, as proxies send. */
  html?: string;
}

/** An event with an error follows, then the body ends cleanly. */
export type ErrorEventFault = Place & {
  kind: "error-event";
  /** Default: an error object in OpenAI's shape. */
  data?: unknown;
  /** The event's name, such as `error`. Default: none. */
  event?: string;
};

/** What is wrong with conditions that came from outside; `undefined` if nothing is. */
export function wrongCondition(conditions: JsonObject): string | undefined {
  for (const [name, value] of Object.entries(conditions)) {
    const rule = RULES.get(name);
    if (rule === undefined) {
      return `Cannot replay: ${name} is not one of answer, ${[...RULES.keys()].join(", ")}`;
    }
    if (value !== undefined && !rule.holds(value)) {
      return `Cannot replay: ${name} must be ${rule.expected}`;
    }
  }
  return undefined;
}

interface Rule {
  expected: string;
  holds: (value: unknown) => boolean;
}

const RULES = new Map<string, Rule>([
  ["speed", { expected: "a number, 0 or more", holds: isAmount }],
  ["gap", { expected: "a number, 0 or more", holds: isAmount }],
  ["seed", { expected: "a whole number", holds: Number.isInteger }],
  [
    "cuts",
    {
      expected: '"frames", "jagged" or a whole number, 1 or more',
      holds: (value) => value === "frames" || value === "jagged" || isCount(value, 1),
    },
  ],
  [
    "newline",
    {
      expected: "LF, CRLF or CR",
      holds: (value) => value === "\n" || value === "\r\n" || value === "\r",
    },
  ],
  ["comments", { expected: "true, false, or { text, before, every }", holds: isComments }],
  [
    "fail",
    {
      expected:
        "one of status, hang, refuse, disconnect, stall, end, endless-line, text, error-event " +
        "by its kind, with `after` or `afterBytes` where it has a place",
      holds: isFault,
    },
  ],
]);

const PLACED = new Set<unknown>([
  "disconnect",
  "stall",
  "end",
  "endless-line",
  "text",
  "error-event",
]);

function isComments(value: unknown): boolean {
  if (typeof value === "boolean") return true;
  if (!isObject(value)) return false;
  const { text = "", before = 0, every = 1 } = value;
  return typeof text === "string" && isCount(before, 0) && isCount(every, 1);
}

function isFault(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { kind, status, after, afterBytes, text } = value;
  if (kind === "hang" || kind === "refuse") return true;
  if (kind === "status") return isCount(status, LOWEST_STATUS) && status <= HIGHEST_STATUS;
  if (!PLACED.has(kind) || (kind === "text" && typeof text !== "string")) return false;
  if (after === undefined) return isCount(afterBytes, 0);
  return afterBytes === undefined && (after === "ending" || Number.isInteger(after));
}

const LOWEST_STATUS = 200; // below it an answer goes on with another status line
const HIGHEST_STATUS = 599;

function isAmount(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && Number.isFinite(value);
}

function isCount(value: unknown, lowest: number): value is number {
  return Number.isInteger(value) && (value as number) >= lowest;
}
