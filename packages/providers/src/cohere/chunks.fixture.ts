import * as fc from "fast-check";
import { object, piece } from "../chunks.fixture.ts";

const call = object({
  id: fc.constantFrom("a", "b", "tool-0", "text-0", ""),
  function: object({ name: fc.constantFrom("f", "g", ""), arguments: piece }),
});
const content = object({
  type: fc.constantFrom("text", "thinking", "new"),
  text: piece,
  thinking: piece,
});
const citation = object({
  start: fc.nat(9),
  end: fc.nat(9),
  text: piece,
  sources: fc.array(object({ type: fc.constantFrom("tool", "document"), id: piece }), {
    maxLength: 2,
  }),
  type: fc.constantFrom("TEXT_CONTENT", "THINKING_CONTENT", "PLAN"),
  content_index: fc.nat(2),
});

/** Events as no server should send them. */
export const hostileEvent: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  {
    weight: 9,
    arbitrary: object({
      type: fc.constantFrom(
        "message-start",
        "content-start",
        "content-delta",
        "content-delta",
        "content-end",
        "tool-plan-delta",
        "tool-call-start",
        "tool-call-delta",
        "tool-call-end",
        "citation-start",
        "citation-end",
        "message-end",
        "debug",
      ),
      id: piece,
      index: fc.constantFrom(0, 0, 1, 2, -1, 1e9, 0.5),
      delta: object({
        message: object({
          role: piece,
          content,
          tool_plan: piece,
          tool_calls: call,
          citations: citation,
        }),
        finish_reason: fc.constantFrom("COMPLETE", "ERROR", "TOOL_CALL", ""),
        usage: object({ tokens: object({ input_tokens: fc.nat() }) }),
        error: piece,
      }),
      logprobs: object({ text: piece }),
      message: fc.oneof(
        piece,
        object({
          role: piece,
          content: fc.array(content, { maxLength: 2 }),
          tool_plan: piece,
          tool_calls: fc.array(call, { maxLength: 2 }),
          citations: fc.array(citation, { maxLength: 2 }),
        }),
      ),
      finish_reason: fc.constantFrom("COMPLETE", "ERROR", "TOOL_CALL", ""),
      usage: object({ tokens: object({ input_tokens: fc.nat() }) }),
    }),
  },
);
