/** Answers of our own writing in the formats of the other providers. */

const NAME = "f";
const INPUT = { x: 1 };

export const geminiChunks = [
  { parts: [{ text: "Hm.", thought: true }] },
  { parts: [{ text: "Good " }] },
  { parts: [{ text: "morning" }, { text: "", thoughtSignature: "sig" }] },
  { parts: [{ functionCall: { id: "call_1", name: NAME, args: INPUT } }], finishReason: "STOP" },
].map(({ parts, ...rest }) => ({
  candidates: [{ index: 0, content: { role: "model", parts }, ...rest }],
  usageMetadata: { promptTokenCount: 20, candidatesTokenCount: 3, thoughtsTokenCount: 2 },
  modelVersion: "m",
  responseId: "r",
}));

const step = (index: number, what: object, ...deltas: object[]): object[] => [
  { event_type: "step.start", index, step: what },
  ...deltas.map((delta) => ({ event_type: "step.delta", index, delta })),
  { event_type: "step.stop", index },
];
const interaction = { id: "i", model: "m", object: "interaction" };

export const interactionEvents: object[] = [
  { event_type: "interaction.created", interaction: { ...interaction, status: "in_progress" } },
  ...step(
    0,
    { type: "thought" },
    { type: "thought_summary", content: { type: "text", text: "Hm." } },
    { type: "thought_signature", signature: "sig" },
  ),
  ...step(
    1,
    { type: "model_output" },
    { type: "text", text: "Good " },
    { type: "text", text: "mor" },
    { type: "text", text: "ning" },
  ),
  ...step(
    2,
    { type: "function_call", id: "call_1", name: NAME, arguments: {} },
    { type: "arguments_delta", arguments: '{"x":' },
    { type: "arguments_delta", arguments: "1}" },
  ),
  {
    event_type: "interaction.completed",
    interaction: {
      ...interaction,
      status: "requires_action",
      usage: { total_input_tokens: 20, total_output_tokens: 30, total_tokens: 50 },
    },
  },
];

const says = (index: number, text: string) => ({
  type: "content-delta",
  index,
  delta: { message: { content: { text } } },
});

export const cohereEvents = [
  {
    type: "message-start",
    id: "m",
    delta: {
      message: { role: "assistant", content: [], tool_plan: "", tool_calls: [], citations: [] },
    },
  },
  { type: "tool-plan-delta", delta: { message: { tool_plan: "I look." } } },
  {
    type: "tool-call-start",
    index: 0,
    delta: {
      message: {
        tool_calls: { id: "call_1", type: "function", function: { name: NAME, arguments: "" } },
      },
    },
  },
  {
    type: "tool-call-delta",
    index: 0,
    delta: { message: { tool_calls: { function: { arguments: '{"x":1}' } } } },
  },
  { type: "tool-call-end", index: 0 },
  {
    type: "content-start",
    index: 0,
    delta: { message: { content: { type: "text", text: "Good " } } },
  },
  says(0, "mor"),
  says(0, "ning"),
  { type: "content-end", index: 0 },
  {
    type: "citation-start",
    index: 0,
    delta: {
      message: {
        citations: {
          start: 0,
          end: 4,
          text: "Good",
          type: "TEXT_CONTENT",
          content_index: 0,
          sources: [{ type: "document", id: "d", document: { id: "d", title: "A" } }],
        },
      },
    },
  },
  { type: "citation-end", index: 0 },
  {
    type: "message-end",
    id: "m",
    delta: {
      finish_reason: "TOOL_CALL",
      usage: {
        billed_units: { input_tokens: 20 },
        tokens: { input_tokens: 20, output_tokens: 30 },
      },
    },
  },
];

const call = { function: { name: NAME, arguments: INPUT } };

export const ollamaLines = [
  { message: { role: "assistant", content: "", thinking: "Hm." }, done: false },
  { message: { role: "assistant", content: "Good " }, done: false },
  { message: { role: "assistant", content: "morning" }, done: false },
  { message: { role: "assistant", content: "", tool_calls: [call] }, done: false },
  {
    message: { role: "assistant", content: "" },
    done: true,
    done_reason: "stop",
    total_duration: 9,
    prompt_eval_count: 20,
    eval_count: 30,
  },
].map((line) => ({ model: "m", created_at: "2026-01-01T00:00:00.000Z", ...line }));

const delta = (contentBlockIndex: number, value: object): [string, object] => [
  "contentBlockDelta",
  { contentBlockIndex, delta: value },
];
const stop = (contentBlockIndex: number): [string, object] => [
  "contentBlockStop",
  { contentBlockIndex },
];

export const converseEvents: readonly [name: string, payload: object][] = [
  ["messageStart", { role: "assistant" }],
  delta(0, { reasoningContent: { text: "Hm." } }),
  delta(0, { reasoningContent: { signature: "sig" } }),
  stop(0),
  delta(1, { reasoningContent: { redactedContent: btoa("secret") } }),
  stop(1),
  delta(2, { text: "Good " }),
  delta(2, { text: "morning" }),
  stop(2),
  [
    "contentBlockStart",
    { contentBlockIndex: 3, start: { toolUse: { toolUseId: "call_1", name: NAME } } },
  ],
  delta(3, { toolUse: { input: '{"x"' } }),
  delta(3, { toolUse: { input: ":1}" } }),
  stop(3),
  ["messageStop", { stopReason: "tool_use" }],
  [
    "metadata",
    {
      usage: { inputTokens: 20, outputTokens: 30, totalTokens: 50 },
      metrics: { latencyMs: 9 },
    },
  ],
];

const choice = (delta: object, finish_reason: string | null = null) => ({
  id: "c",
  object: "chat.completion.chunk",
  created: 1,
  model: "m",
  choices: [{ index: 0, delta, finish_reason }],
});
const thinking = [{ type: "thinking", thinking: [{ type: "text", text: "Hm." }] }];
const whole = { id: "call_1", function: { name: NAME, arguments: '{"x":1}' }, index: 0 };

export const mistralChunks: object[] = [
  choice({ role: "assistant", content: "" }),
  choice({ content: thinking }),
  choice({ content: [{ type: "text", text: "Good " }] }),
  choice({ content: "morning" }),
  {
    ...choice({ content: "", tool_calls: [whole] }, "tool_calls"),
    usage: { prompt_tokens: 20, completion_tokens: 30, total_tokens: 50 },
  },
];
