import * as fc from "fast-check";

/** Text that is short, and often of the kinds that decoders trip over. */
export const piece: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.constantFrom("", "a", '"', "\\", '{"x":1}', "{", "}", "\n", "🌊", "\ud83c", "[DONE]", "null"),
);

/** A field that is mostly as promised, sometimes missing or null, and sometimes anything. */
function field(promised: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 6, arbitrary: promised },
    { weight: 2, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  );
}

/** An object with fields that are mostly as promised. */
export function object(shape: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<object> {
  return fc.record(
    Object.fromEntries(Object.entries(shape).map(([key, promised]) => [key, field(promised)])),
    { requiredKeys: [] },
  );
}

const name = fc.constantFrom("f", "get_", "weather", "");
const index = fc.constantFrom(0, 0, 1, 2, 127, 128, -1);
const inner = object({ name, arguments: piece, input: piece });
const toolCall = object({
  index,
  id: fc.constantFrom("a", "b", "", "null", "text-0", "tool-0"),
  type: fc.constantFrom("function", "custom"),
  function: inner,
  custom: inner,
});
const detail = object({
  type: fc.constantFrom(
    "reasoning.text",
    "reasoning.summary",
    "reasoning.encrypted",
    "reasoning.server_tool_call",
  ),
  index,
  text: piece,
  summary: piece,
  signature: piece,
  data: piece,
  tool_name: name,
  arguments: piece,
  result: piece,
});
const part = object({
  type: fc.constantFrom("text", "thinking", "reference", "image_url", "new"),
  text: piece,
  thinking: fc.array(object({ type: fc.constant("text"), text: piece }), { maxLength: 2 }),
  signature: piece,
  reference_ids: fc.array(fc.nat(), { maxLength: 2 }),
});
const delta = object({
  role: fc.constantFrom("assistant", ""),
  content: fc.oneof(piece, fc.array(part, { maxLength: 2 })),
  refusal: piece,
  reasoning: piece,
  reasoning_content: piece,
  reasoning_details: fc.array(detail, { maxLength: 2 }),
  tool_calls: fc.array(toolCall, { maxLength: 3 }),
  function_call: inner,
  audio: object({ id: piece, data: piece, transcript: piece }),
  executed_tools: fc.array(object({ index, type: name, arguments: piece, output: piece }), {
    maxLength: 2,
  }),
  annotations: fc.array(object({ type: name, url: piece }), { maxLength: 2 }),
  unheard_of: piece,
});
const choice = object({
  index,
  delta,
  finish_reason: fc.constantFrom("stop", "tool_calls", "length", "content_filter", "error", ""),
  logprobs: object({ content: fc.array(object({ token: piece }), { maxLength: 1 }) }),
  usage: object({ prompt_tokens: fc.nat() }),
});

/** Chunks as no server should send them. */
export const hostileChunk: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  {
    weight: 9,
    arbitrary: object({
      id: piece,
      model: piece,
      created: fc.nat(),
      choices: fc.array(choice, { maxLength: 2 }),
      usage: object({ prompt_tokens: fc.nat(), completion_tokens: fc.nat() }),
      error: fc.oneof(piece, object({ message: piece, code: fc.oneof(piece, fc.nat(600)) })),
      obfuscation: piece,
      citations: fc.array(piece, { maxLength: 2 }),
    }),
  },
);

const spaces = fc.constantFrom("", " ");

/** The JSON texts of chunks that differ in little: what is foreseen, and what nearly is. */
export const alikeChunks: fc.Arbitrary<string[]> = fc
  .record({
    key: fc.constantFrom("content", "reasoning", "reasoning_content"),
    other: fc.constantFrom("", ',"reasoning_content":""', ',"reasoning":"b"', ',"content":null'),
    tail: fc.constantFrom(
      "",
      ',"obfuscation":"@@"',
      ',"message":{"content":"@@"}',
      ',"p":"@@"',
      ',"usage":##',
      ',"timings":##',
      ',"obfuscation":"@@","x_groq":##',
      ',"usage":##,"obfuscation":"@@"',
      ',"timings":##,"usage":{"total_tokens":1}',
    ),
    space: spaces,
    texts: fc.array(
      fc.record({
        // In JSON or nearly so.
        text: fc.oneof(
          piece.map((text) => JSON.stringify(text).slice(1, -1)),
          fc.constantFrom("\\u0061", "\\ud83c", "\\", "\\x", "\n", '","x":"', "a\\\\", '\\"'),
        ),
        padding: fc.constantFrom("x", "yz", "\\n", "\n", ""),
        object: fc.constantFrom(
          '{"total_tokens":1}',
          '{"total_tokens":2,"usage":{"total_tokens":[3]}}',
          '{"total_tokens":2,"error":"no"}',
          "{}",
          "null",
          '{"total_tokens":1',
          '{"content":"b"}',
          '{} ,"object":"error"',
        ),
        created: fc.constantFrom(1, 1, 1, 2),
      }),
      { minLength: 2, maxLength: 8 },
    ),
  })
  .map(({ key, other, tail, space, texts }) =>
    texts.map(
      ({ text, padding, object, created }) =>
        `{"created":${created},"choices":[{"index":0,"delta":{"${key}":${space}"${text}"${other}}}]` +
        `${tail.replace("@@", () => padding).replace("##", () => object)}}`,
    ),
  );
