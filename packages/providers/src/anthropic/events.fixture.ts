import * as fc from "fast-check";
import { object, piece } from "../chunks.fixture.ts";

const index = fc.constantFrom(0, 0, 1, 2, -1, 1e9);
const name = fc.constantFrom("f", "web_search", "");
const id = fc.constantFrom("a", "b", "", "text-0", "tool-0");
const citation = object({
  type: fc.constantFrom("char_location", "web_search_result_location"),
  url: piece,
  source: piece,
  document_title: piece,
  cited_text: piece,
});
const block = object({
  type: fc.constantFrom(
    "text",
    "thinking",
    "redacted_thinking",
    "tool_use",
    "server_tool_use",
    "web_search_tool_result",
    "compaction",
    "fallback",
    "new",
  ),
  id,
  name,
  text: piece,
  thinking: piece,
  signature: piece,
  data: piece,
  input: fc.constantFrom({}, { x: 1 }, "{", null),
  tool_use_id: id,
  content: fc.array(object({ type: name, url: piece, title: piece }), { maxLength: 2 }),
  citations: fc.array(citation, { maxLength: 2 }),
  to: object({ model: piece }),
});
const delta = object({
  type: fc.constantFrom(
    "text_delta",
    "thinking_delta",
    "signature_delta",
    "input_json_delta",
    "citations_delta",
    "compaction_delta",
    "new_delta",
  ),
  text: piece,
  thinking: piece,
  signature: piece,
  partial_json: piece,
  citation,
  stop_reason: fc.constantFrom("end_turn", "tool_use", "max_tokens", "pause_turn", ""),
  stop_sequence: piece,
});
const usage = object({ input_tokens: fc.nat(), output_tokens: fc.nat() });

/** Events as no server should send them. */
export const hostileEvent: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  {
    weight: 9,
    arbitrary: object({
      type: fc.constantFrom(
        "message_start",
        "content_block_start",
        "content_block_start",
        "content_block_delta",
        "content_block_delta",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
        "ping",
        "error",
        "new_event",
      ),
      index,
      message: object({ id, model: piece, content: fc.array(block, { maxLength: 2 }), usage }),
      content_block: block,
      delta,
      usage,
      error: object({ type: piece, message: piece }),
    }),
  },
);
