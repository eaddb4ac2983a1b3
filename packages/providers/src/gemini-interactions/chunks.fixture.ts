import * as fc from "fast-check";
import { object, piece } from "../chunks.fixture.ts";

const type = fc.constantFrom(
  "text",
  "thought_summary",
  "thought_signature",
  "arguments_delta",
  "text_annotation_delta",
  "image",
  "audio",
  "google_search_call",
  "google_search_result",
  "new",
);
const content = object({ type, text: piece, data: piece, uri: piece });
const delta = object({
  type,
  text: piece,
  content,
  signature: piece,
  arguments: piece,
  annotations: fc.array(object({ type: piece, url: piece, end_index: fc.nat(9) }), {
    maxLength: 2,
  }),
  data: piece,
  uri: piece,
  result: piece,
  is_error: fc.boolean(),
});
const id = fc.constantFrom("a", "b", "tool-0", "text-0", "");
const step = object({
  type: fc.constantFrom(
    "thought",
    "model_output",
    "function_call",
    "mcp_server_tool_call",
    "mcp_server_tool_result",
    "user_input",
    "new",
  ),
  id,
  call_id: id,
  name: fc.constantFrom("f", "g", ""),
  arguments: fc.jsonValue({ maxDepth: 1 }),
  content: fc.array(content, { maxLength: 2 }),
  summary: fc.array(content, { maxLength: 2 }),
  signature: piece,
  error: object({ message: piece }),
});
const status = fc.constantFrom("in_progress", "completed", "failed", "requires_continuation", "");
const usage = object({ total_input_tokens: fc.nat(), total_tokens: fc.nat() });

/** Events as no server should send them. */
export const hostileEvent: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  {
    weight: 9,
    arbitrary: object({
      event_type: fc.constantFrom(
        "interaction.created",
        "interaction.status_update",
        "interaction.completed",
        "step.start",
        "step.start",
        "step.delta",
        "step.delta",
        "step.delta",
        "step.stop",
        "error",
        "new",
      ),
      event_id: fc.constantFrom("1", "2", "3", ""),
      index: fc.constantFrom(0, 0, 1, 2, -1, 1e9),
      interaction: object({ id, model: piece, status, usage, continuation_token: piece }),
      interaction_id: id,
      object: fc.constantFrom("interaction", "new"),
      steps: fc.array(step, { maxLength: 2 }),
      usage,
      status,
      continuation_token: piece,
      step,
      delta,
      metadata: object({ total_usage: usage }),
      error: object({ code: piece, message: piece }),
    }),
  },
);
