import * as fc from "fast-check";
import { object, piece } from "../chunks.fixture.ts";

const name = fc.constantFrom("f", "g", "");
const partialArg = object({
  jsonPath: fc.constantFrom(
    "$.a",
    "$.b",
    "$.b.c",
    "$.d[0]",
    "$.d[1].e",
    "$.d[]",
    "$['x.y']",
    "$",
    "?",
  ),
  stringValue: piece,
  numberValue: fc.double(),
  boolValue: fc.boolean(),
  willContinue: fc.boolean(),
});
const functionCall = object({
  id: fc.constantFrom("a", "b", "tool-0", ""),
  name,
  args: fc.jsonValue({ maxDepth: 2 }),
  partialArgs: fc.array(partialArg, { maxLength: 3 }),
  willContinue: fc.boolean(),
});
const file = object({
  mimeType: fc.constantFrom("image/png", "audio/wav"),
  data: piece,
  fileUri: piece,
});
const code = object({ id: name, code: piece, outcome: name, toolType: name, args: piece });
const part = fc.oneof(
  object({ text: piece, thought: fc.boolean(), thoughtSignature: piece }),
  object({ functionCall, thoughtSignature: piece }),
  object({ functionCall }),
  object({ inlineData: file, thought: fc.boolean() }),
  object({ executableCode: code, codeExecutionResult: code, toolCall: code, toolResponse: code }),
  object({ text: piece, unheardOf: piece }),
);
const source = object({ uri: piece, title: piece, startIndex: fc.nat(9), endIndex: fc.nat(9) });
const candidate = object({
  index: fc.constantFrom(0, 0, 1, 127, 128, -1),
  content: object({ role: fc.constant("model"), parts: fc.array(part, { maxLength: 3 }) }),
  finishReason: fc.constantFrom(
    "STOP",
    "MAX_TOKENS",
    "SAFETY",
    "MALFORMED_RESPONSE",
    "CONTINUATION",
    "",
  ),
  finishMessage: piece,
  continuationToken: piece,
  citationMetadata: object({ citations: fc.array(source, { maxLength: 2 }) }),
  groundingMetadata: object({
    groundingChunks: fc.array(object({ web: source, maps: source }), { maxLength: 2 }),
    groundingSupports: fc.array(
      object({ segment: source, groundingChunkIndices: fc.array(fc.nat(2), { maxLength: 2 }) }),
      { maxLength: 2 },
    ),
  }),
  urlContextMetadata: object({
    urlMetadata: fc.array(object({ retrievedUrl: piece }), { maxLength: 1 }),
  }),
  logprobsResult: object({
    chosenCandidates: fc.array(object({ token: piece }), { maxLength: 1 }),
  }),
});

/** Chunks as no server should send them. */
export const hostileChunk: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  {
    weight: 9,
    arbitrary: object({
      candidates: fc.array(candidate, { maxLength: 2 }),
      promptFeedback: object({ blockReason: fc.constantFrom("SAFETY", "") }),
      usageMetadata: object({ promptTokenCount: fc.nat(), thoughtsTokenCount: fc.nat() }),
      modelVersion: piece,
      responseId: piece,
      createTime: piece,
      error: object({ code: fc.nat(600), message: piece, status: piece }),
    }),
  },
);

/** The JSON texts of chunks that differ in little: what is foreseen, and what nearly is. */
export const alikeChunks: fc.Arbitrary<string[]> = fc
  .record({
    about: fc.constantFrom("", ',"thought":true', ',"thought":false', ',"thoughtSignature":"s"'),
    candidate: fc.constantFrom("", "", ',"finishReason":"STOP"', ',"index":1', ',"text":"b"'),
    more: fc.constantFrom("", "", "", ',{"text":"c"}', ',{"functionCall":{"name":"f"}}'),
    tail: fc.constantFrom(
      "",
      ',"modelVersion":"m"',
      ',"promptFeedback":{"blockReason":"SAFETY"}',
      ',"usageMetadata":null',
    ),
    texts: fc.array(
      fc.record({
        text: fc.oneof(
          { weight: 4, arbitrary: fc.constantFrom("a", "é", "bc d", "東") },
          { weight: 1, arbitrary: fc.constantFrom("\\u0061", "\\", "\n", '","x":"', "") },
          { weight: 1, arbitrary: piece.map((text) => JSON.stringify(text).slice(1, -1)) },
        ),
        usage: fc.oneof(
          {
            weight: 3,
            arbitrary: fc.constantFrom(
              '{"promptTokenCount":7}',
              '{"promptTokenCount":7,"candidatesTokenCount":8,"details":[{"x":"t"}]}',
            ),
          },
          {
            weight: 1,
            arbitrary: fc.constantFrom(
              '{"promptTokenCount":7,"text":"t"}',
              '{"trafficType":"ON_DEMAND"}',
              '{"promptTokenCount":7',
              "{}",
              "null",
              "[]",
            ),
          },
        ),
      }),
      { minLength: 4, maxLength: 9 },
    ),
  })
  .map(({ about, candidate, more, tail, texts }) =>
    texts.map(
      ({ text, usage }) =>
        `{"candidates":[{"content":{"parts":[{"text":"${text}"${about}}${more}]}${candidate}}],` +
        `"usageMetadata":${usage}${tail}}`,
    ),
  );
