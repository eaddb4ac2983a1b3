import {
  eventBytes,
  frame,
  header,
  join,
  text,
  textHeader,
} from "../../../../packages/providers/src/bedrock/frames.fixture.ts";
import { converse, hard, type HardInput } from "./hard-input.ts";

// Frames of AWS' event streams. The bytes of each are fed in every cut, one a chunk among them.

const delta = (said: string, more: object = {}) =>
  eventBytes("contentBlockDelta", { contentBlockIndex: 0, delta: { text: said }, ...more });
const END = join(
  eventBytes("contentBlockStop", { contentBlockIndex: 0 }),
  eventBytes("messageStop", { stopReason: "end_turn" }),
);
const metadata = eventBytes("metadata", { usage: { inputTokens: 1, outputTokens: 2 } });
const exception = (name: string, payload: object) =>
  frame(
    join(textHeader(":exception-type", name), textHeader(":message-type", "exception")),
    text(JSON.stringify(payload)),
  );
const failure = frame(
  join(
    textHeader(":message-type", "error"),
    textHeader(":error-code", "InternalError"),
    textHeader(":error-message", "Broken"),
  ),
  new Uint8Array(0),
);
const allTypes = [
  [0, 0],
  [1, 0],
  [2, 1],
  [3, 2],
  [4, 4],
  [5, 8],
  [8, 8],
  [9, 16],
].map(([type, length]) => header(`t${type}`, type!, new Uint8Array(length!)));
const typed = frame(
  join(
    ...allTypes,
    header("t6", 6, Uint8Array.of(0, 1, 7)),
    textHeader(":event-type", "contentBlockDelta"),
    textHeader(":message-type", "event"),
  ),
  text(JSON.stringify({ contentBlockIndex: 0, delta: { text: "a" } })),
);
const NOTHING = new Uint8Array(0);

export const eventStreamInputs: readonly HardInput[] = [
  hard(
    "an answer",
    converse,
    join(delta("a"), delta("b"), END, metadata),
    "text-0 ( | text-0 + a | text-0 + b | text-0 ) | usage 1 2 | finish stop end_turn",
  ),
  hard(
    "a frame without headers",
    converse,
    join(frame(NOTHING, text('{"keep":"alive"}')), delta("a"), END),
    'custom bedrock.event {"keep":"alive"} | text-0 ( | text-0 + a | text-0 ) | finish stop end_turn',
  ),
  hard(
    "headers of all types",
    converse,
    join(typed, END),
    "text-0 ( | text-0 + a | text-0 ) | finish stop end_turn",
  ),
  hard(
    "a prelude whose checksum is wrong",
    converse,
    join(delta("a"), frame(NOTHING, NOTHING, { preludeCrc: 1 })),
    "text-0 ( | text-0 + a | text-0 ) | error malformed-event Cannot decode event stream: the checksum of a prelude does not hold | finish error",
    "Cannot decode event stream: the checksum of a prelude does not hold",
  ),
  hard(
    "a frame whose checksum is wrong",
    converse,
    join(delta("a"), frame(NOTHING, NOTHING, { crc: 1 })),
    "text-0 ( | text-0 + a | text-0 ) | error malformed-event Cannot decode event stream: the checksum of a frame does not hold | finish error",
    "Cannot decode event stream: the checksum of a frame does not hold",
  ),
  hard(
    "a length of 15",
    converse,
    join(delta("a"), frame(NOTHING, NOTHING, { length: 15 })),
    "text-0 ( | text-0 + a | text-0 ) | error malformed-event Cannot decode event stream: a frame has the length 15 | finish error",
    "Cannot decode event stream: a frame has the length 15",
  ),
  hard(
    "a length of 2 ** 32 - 1",
    converse,
    join(delta("a"), frame(NOTHING, NOTHING, { length: 2 ** 32 - 1 })),
    "text-0 ( | text-0 + a | text-0 ) | error malformed-event Cannot decode event stream: a frame grew beyond maxLength 16777216 | finish error",
    "Cannot decode event stream: a frame grew beyond maxLength 16777216",
  ),
  hard(
    "a frame that is an error",
    converse,
    join(delta("a"), failure),
    "text-0 ( | text-0 + a | error server Broken | text-0 ) | finish error",
  ),
  hard(
    "an exception that is unknown",
    converse,
    join(delta("a"), exception("inventedException", { message: "Odd" })),
    "text-0 ( | text-0 + a | error unknown Odd | text-0 ) | finish error",
  ),
  hard(
    "an end in a prelude",
    converse,
    join(delta("a"), delta("b").slice(0, 3)),
    "text-0 ( | text-0 + a | text-0 ) | error transport Cannot decode event stream: the input ended inside a frame | finish error",
    "Cannot decode event stream: the input ended inside a frame",
  ),
  hard(
    "padding",
    converse,
    join(delta("a", { p: "abc" }), delta("b", { p: "abcdef" }), END, metadata),
    "text-0 ( | text-0 + a | text-0 + b | text-0 ) | usage 1 2 | finish stop end_turn",
  ),
];
