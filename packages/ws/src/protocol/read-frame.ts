import type { ClientFrame, ServerFrame } from "./frames.ts";
import type { Fields } from "./gate.ts";
import { LONGEST_ID, MOST_CREDIT } from "./limits.ts";

type Check = (value: unknown) => boolean;
type Shape = readonly (readonly [field: string, check: Check])[];

const isString: Check = (value) => typeof value === "string";
const isBoolean: Check = (value) => typeof value === "boolean";
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isPositive: Check = (value) => isCount(value) && (value as number) > 0;
const isCredit: Check = (value) => isCount(value) && (value as number) <= MOST_CREDIT;
const isDelay: Check = (value) => Number.isFinite(value) && (value as number) >= 0;
const isId: Check = (value) => isString(value) && isShort(value as string);
const isList: Check = (value) => Array.isArray(value) && value.length > 0;
const isShort = (id: string) => id.length > 0 && id.length <= LONGEST_ID;
const optional =
  /* @__NO_SIDE_EFFECTS__ */
  (check: Check): Check =>
    (value) =>
      value === undefined || check(value);

// By maps: a type of a frame, which the other side chooses, never meets the prototype of an object.
// Fields that may be anything, and those that are not named here, are not looked at.
const CLIENT_SHAPES: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  [
    "hello",
    [
      ["v", isCount],
      ["maxFrameBytes", optional(isPositive)],
    ],
  ],
  [
    "open",
    [
      ["id", isId],
      ["stream", isId],
      ["credit", isCredit],
    ],
  ],
  [
    "attach",
    [
      ["id", isId],
      ["stream", isId],
      ["after", isCount],
      ["credit", isCredit],
    ],
  ],
  [
    "cancel",
    [
      ["id", isId],
      ["stream", optional(isId)],
      ["reason", optional(isString)],
    ],
  ],
  ["detach", [["id", isId]]],
  [
    "credit",
    [
      ["id", isId],
      ["add", isCredit],
    ],
  ],
  ["ping", []],
  ["pong", []],
]);

const NUMBERED: Shape = [
  ["id", isId],
  ["seq", isCount],
];

const SERVER_SHAPES: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  [
    "welcome",
    [
      ["v", isCount],
      ["session", isString],
      ["durable", isBoolean],
      ["heartbeat", isDelay],
      ["maxFrameBytes", isPositive],
      ["maxStreams", isPositive],
    ],
  ],
  ["opened", NUMBERED],
  [
    "part",
    [
      ["id", isId],
      ["seq", optional(isCount)],
    ],
  ],
  [
    "parts",
    [
      ["id", isId],
      ["seq", isCount],
      ["items", isList],
    ],
  ],
  ["end", NUMBERED],
  [
    "error",
    [
      ["id", isId],
      ["seq", isCount],
      ["code", isString],
      ["message", isString],
      ["retryable", isBoolean],
    ],
  ],
  ["cancelled", NUMBERED],
  ["detached", NUMBERED],
  [
    "gone",
    [
      ["id", isId],
      ["oldest", optional(isCount)],
    ],
  ],
  ["goaway", [["retryAfter", isDelay]]],
  ["ping", []],
  ["pong", []],
]);

/** A frame of a client, if its fields are what they must be; else what is wrong with it. */
export function readClientFrame(fields: Fields): ClientFrame | string {
  return problemOf(fields, CLIENT_SHAPES) ?? (fields as unknown as ClientFrame);
}

export function readServerFrame(fields: Fields): ServerFrame | string {
  return problemOf(fields, SERVER_SHAPES) ?? (fields as unknown as ServerFrame);
}

function problemOf(fields: Fields, shapes: ReadonlyMap<string, Shape>): string | undefined {
  const shape = shapes.get(fields.type);
  if (shape === undefined) return "unknown type of frame";
  const wrong = shape.find(([field, check]) => !check(own(fields, field)));
  return wrong === undefined ? undefined : `${fields.type}: bad ${wrong[0]}`;
}

/** A field that is missing is not looked for on the prototype. */
function own(fields: Fields, field: string): unknown {
  return Object.hasOwn(fields, field) ? fields[field] : undefined;
}
