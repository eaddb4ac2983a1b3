import * as fc from "fast-check";
import { object, piece } from "../chunks.fixture.ts";
import type { EventStreamFrame } from "./frame.ts";
import { eventFrame, exceptionFrame } from "./frames.fixture.ts";

const id = fc.constantFrom("a", "b", "tool-0", "text-0", "");
const content = object({
  text: piece,
  reasoningContent: object({ text: piece, signature: piece, redactedContent: piece }),
  toolUse: object({ input: piece }),
  toolResult: fc.array(object({ text: piece }), { maxLength: 2 }),
  citation: object({ title: piece, source: piece }),
  image: object({ source: object({ bytes: piece }), error: object({ message: piece }) }),
  new: piece,
});
const event = object({
  role: piece,
  contentBlockIndex: fc.constantFrom(0, 0, 1, 2, -1, 1e9),
  start: object({
    toolUse: object({ toolUseId: id, name: fc.constantFrom("f", "g", ""), type: piece }),
    toolResult: object({ toolUseId: id, status: piece }),
    image: object({ format: piece }),
  }),
  delta: content,
  stopReason: fc.constantFrom("end_turn", "tool_use", "max_tokens", "malformed_tool_use", ""),
  usage: object({ inputTokens: fc.nat(), outputTokens: fc.nat() }),
  message: piece,
  p: piece,
});
const name = fc.constantFrom(
  "messageStart",
  "contentBlockStart",
  "contentBlockDelta",
  "contentBlockDelta",
  "contentBlockDelta",
  "contentBlockStop",
  "messageStop",
  "metadata",
  "new",
);

/** Frames as no server should send them. */
export const hostileFrame: fc.Arbitrary<EventStreamFrame> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(name, event).map(([type, payload]) => eventFrame(type, payload)),
  },
  { weight: 1, arbitrary: fc.tuple(name, piece).map(([type, data]) => eventFrame(type, data)) },
  { weight: 1, arbitrary: fc.tuple(name, piece).map(([type, data]) => exceptionFrame(type, data)) },
);

/** The same as the SDK's objects, and whatever else. */
export const hostileObject: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.tuple(name, event).map(([type, payload]) => ({ [type]: payload })),
);
