import * as fc from "fast-check";
import { object, piece } from "../chunks.fixture.ts";

const index = fc.constantFrom(0, 0, 1, 2, -1, 1e9);
const name = fc.constantFrom("f", "ask", "");
const id = fc.constantFrom("a", "b", "", "text-0", "tool-0");
const part = object({
  type: fc.constantFrom("output_text", "refusal", "reasoning_text"),
  text: piece,
  refusal: piece,
  annotations: fc.array(object({ type: name, url: piece, file_id: id }), { maxLength: 2 }),
});
const item = object({
  type: fc.constantFrom(
    "message",
    "reasoning",
    "function_call",
    "custom_tool_call",
    "mcp_call",
    "mcp_approval_request",
    "web_search_call",
    "code_interpreter_call",
    "image_generation_call",
    "apply_patch_call",
    "shell_call",
    "function_call_output",
    "new",
  ),
  id,
  call_id: id,
  name,
  arguments: piece,
  input: piece,
  code: piece,
  result: piece,
  output: piece,
  status: fc.constantFrom("completed", "incomplete", "failed"),
  phase: fc.constantFrom("commentary", "final_answer"),
  operation: object({ type: name, path: piece, diff: piece }),
  action: object({ query: piece }),
  content: fc.array(part, { maxLength: 2 }),
  summary: fc.array(part, { maxLength: 2 }),
  encrypted_content: piece,
});
const response = object({
  id,
  model: piece,
  created_at: fc.nat(),
  status: fc.constantFrom("completed", "incomplete", "failed", "in_progress"),
  incomplete_details: object({ reason: fc.constantFrom("max_output_tokens", "steered") }),
  background: fc.boolean(),
  output: fc.array(item, { maxLength: 3 }),
  usage: object({ input_tokens: fc.nat(), output_tokens: fc.nat() }),
  error: object({ code: piece, message: piece }),
});

/** Events as no server should send them. */
export const hostileEvent: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  {
    weight: 9,
    arbitrary: object({
      type: fc
        .constantFrom(
          "created",
          "output_item.added",
          "output_item.added",
          "output_item.done",
          "output_item.done",
          "content_part.added",
          "content_part.done",
          "output_text.delta",
          "output_text.done",
          "output_text.annotation.added",
          "refusal.delta",
          "refusal.done",
          "reasoning_text.delta",
          "reasoning_text.done",
          "reasoning_summary_part.added",
          "reasoning_summary_text.delta",
          "function_call_arguments.delta",
          "function_call_arguments.done",
          "custom_tool_call_input.delta",
          "code_interpreter_call_code.done",
          "apply_patch_call_operation_diff.delta",
          "image_generation_call.partial_image",
          "web_search_call.searching",
          "audio.delta",
          "audio.transcript.delta",
          "completed",
          "failed",
          "incomplete",
          "new.event",
        )
        .map((word) => `response.${word}`),
      output_index: index,
      content_index: index,
      summary_index: index,
      item_id: id,
      sequence_number: fc.nat(9),
      item,
      part,
      delta: piece,
      text: piece,
      refusal: piece,
      arguments: piece,
      code: piece,
      partial_image_b64: piece,
      annotation: object({ url: piece }),
      response,
    }),
  },
);
