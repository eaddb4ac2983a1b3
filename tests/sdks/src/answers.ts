/** Answers of our own writing, with something of everything that the formats have. */

export interface WireEvent {
  type: string;
  [field: string]: unknown;
}

export const chatChunks = [
  { role: "assistant", content: "" },
  { content: "Good " },
  { content: "morning" },
  { tool_calls: [{ index: 0, id: "call_1", function: { name: "f", arguments: "" } }] },
  { tool_calls: [{ index: 0, function: { arguments: '{"x":1}' } }] },
].map((delta) => ({
  id: "c",
  object: "chat.completion.chunk",
  created: 1,
  model: "m",
  choices: [{ index: 0, delta, finish_reason: null as string | null }],
}));
chatChunks.push({
  ...chatChunks[0]!,
  choices: [{ index: 0, delta: {} as never, finish_reason: "tool_calls" }],
});

const usage = { input_tokens: 20, cache_read_input_tokens: 5, output_tokens: 1 };
const start = (index: number, content_block: object): WireEvent => ({
  type: "content_block_start",
  index,
  content_block,
});
const delta = (index: number, value: object): WireEvent => ({
  type: "content_block_delta",
  index,
  delta: value,
});
const stop = (index: number): WireEvent => ({ type: "content_block_stop", index });
const citation = {
  type: "web_search_result_location",
  url: "https://example.org/a",
  title: "A",
  cited_text: "a",
  encrypted_index: "e",
};

export const anthropicEvents: WireEvent[] = [
  {
    type: "message_start",
    message: { id: "msg_1", type: "message", role: "assistant", model: "m", content: [], usage },
  },
  { type: "ping" },
  start(0, { type: "thinking", thinking: "", signature: "" }),
  delta(0, { type: "thinking_delta", thinking: "Hm. " }),
  delta(0, { type: "thinking_delta", thinking: "Well." }),
  delta(0, { type: "signature_delta", signature: "sig" }),
  stop(0),
  start(1, { type: "server_tool_use", id: "srvtoolu_1", name: "web_search", input: {} }),
  delta(1, { type: "input_json_delta", partial_json: '{"query":"a"}' }),
  stop(1),
  start(2, {
    type: "web_search_tool_result",
    tool_use_id: "srvtoolu_1",
    content: [{ type: "web_search_result", url: "https://example.org/a", title: "A" }],
  }),
  stop(2),
  start(3, { type: "text", text: "", citations: [] }),
  delta(3, { type: "citations_delta", citation }),
  delta(3, { type: "text_delta", text: "Good " }),
  delta(3, { type: "text_delta", text: "morning" }),
  stop(3),
  start(4, { type: "tool_use", id: "toolu_1", name: "f", input: {} }),
  delta(4, { type: "input_json_delta", partial_json: "" }),
  delta(4, { type: "input_json_delta", partial_json: '{"x":1}' }),
  stop(4),
  {
    type: "message_delta",
    delta: { stop_reason: "tool_use", stop_sequence: null },
    usage: { output_tokens: 30 },
  },
  { type: "message_stop" },
];

const reasoning = { id: "rs_1", type: "reasoning", summary: [] };
const message = { id: "msg_1", type: "message", role: "assistant", content: [] };
const call = { id: "fc_1", type: "function_call", call_id: "call_1", name: "f", arguments: "" };
const text = { type: "output_text", text: "Good morning", annotations: [] };
const ended = { ...call, arguments: '{"x":1}', status: "completed" };
const response = { id: "resp_1", object: "response", created_at: 1, model: "m", output: [] };

export const responsesEvents: WireEvent[] = [
  { type: "response.created", response: { ...response, status: "in_progress" } },
  { type: "response.output_item.added", output_index: 0, item: reasoning },
  {
    type: "response.reasoning_summary_part.added",
    output_index: 0,
    item_id: "rs_1",
    summary_index: 0,
    part: { type: "summary_text", text: "" },
  },
  {
    type: "response.reasoning_summary_text.delta",
    output_index: 0,
    item_id: "rs_1",
    summary_index: 0,
    delta: "Hm.",
  },
  {
    type: "response.output_item.done",
    output_index: 0,
    item: {
      ...reasoning,
      summary: [{ type: "summary_text", text: "Hm." }],
      encrypted_content: "e",
    },
  },
  { type: "response.output_item.added", output_index: 1, item: message },
  {
    type: "response.content_part.added",
    output_index: 1,
    item_id: "msg_1",
    content_index: 0,
    part: { ...text, text: "" },
  },
  ...["Good ", "mor", "ning"].map((piece) => ({
    type: "response.output_text.delta",
    output_index: 1,
    item_id: "msg_1",
    content_index: 0,
    delta: piece,
    logprobs: [],
  })),
  {
    type: "response.output_item.done",
    output_index: 1,
    item: { ...message, content: [text], status: "completed" },
  },
  { type: "response.output_item.added", output_index: 2, item: call },
  {
    type: "response.function_call_arguments.delta",
    output_index: 2,
    item_id: "fc_1",
    delta: '{"x":1}',
  },
  { type: "response.output_item.done", output_index: 2, item: ended },
  {
    type: "response.completed",
    response: {
      ...response,
      status: "completed",
      output: [reasoning, { ...message, content: [text] }, ended],
      usage: { input_tokens: 20, output_tokens: 30, total_tokens: 50 },
    },
  },
].map((event, sequence_number) => ({ ...event, sequence_number }));
