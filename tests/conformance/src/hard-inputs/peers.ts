import { calls, DONE, fn, said, says, stops } from "./chat-values.ts";
import {
  anthropic,
  chat,
  cohere,
  converse,
  gemini,
  hard,
  mistral,
  ndjsonOf,
  ollama,
  sse,
  type HardInput,
} from "./hard-input.ts";
import {
  eventBytes,
  frame,
  join,
  text,
  textHeader,
} from "../../../../packages/providers/src/bedrock/frames.fixture.ts";

// What other decoders get wrong: a row a defect, named by who has it and what becomes of the input
// there. Here the input is all heard, wherever it is cut.

const A = sse(says("a"));
const END = sse(stops("stop"), DONE);
const gem = (parts: object[], more: object = {}) =>
  sse({ candidates: [{ index: 0, content: { parts }, ...more }] });
const unavailable = JSON.stringify({ error: { code: 503, message: "Busy" } });
const opens = gem([{ functionCall: { name: "f", willContinue: true } }]);
const fills = (...partialArgs: object[]) =>
  gem([{ functionCall: { partialArgs, willContinue: true } }]);
const closes = gem([{ functionCall: {} }], { finishReason: "STOP" });
const path = (jsonPath: string, stringValue: string, willContinue = false) => ({
  jsonPath,
  stringValue,
  willContinue,
});
const content = (said: string) => ({
  type: "content-delta",
  index: 0,
  delta: { message: { content: { text: said } } },
});
const complete = { type: "message-end", delta: { finish_reason: "COMPLETE" } };
const delta = eventBytes("contentBlockDelta", { contentBlockIndex: 0, delta: { text: "a" } });
const other = (index: number, content: string, finish_reason: string) => ({
  choices: [{ index, delta: { content }, finish_reason }],
});
const usage = {
  prompt_tokens: 12,
  completion_tokens: 2,
  total_tokens: 354,
  completion_tokens_details: { reasoning_tokens: 340 },
};
const pages = [{ url: "https://a.example", title: "A" }];
const document = { type: "document", id: "d", document: { title: "A" } };

export const peersDefects: readonly HardInput[] = [
  hard(
    "@google/genai: whether a bare error is heard depends on the cut",
    gemini,
    gem([{ text: "a" }]) + unavailable,
    "text-0 ( | text-0 + a | error overloaded Busy | text-0 ) | finish error",
  ),
  hard(
    "@google/genai: a line before the data loses the event",
    gemini,
    `id: 1\n${gem([{ text: "a" }], { finishReason: "STOP" })}`,
    "text-0 ( | text-0 + a | text-0 ) | finish stop STOP",
  ),
  hard(
    "@google/genai: a last event without its blank line throws",
    gemini,
    gem([{ text: "a" }], { finishReason: "STOP" }).trimEnd(),
    "text-0 ( | text-0 + a | text-0 ) | finish stop STOP",
  ),
  hard(
    "cohere-ai: [DONE] inside a text ends the stream",
    cohere,
    sse(content("a [DONE] b"), content("c"), complete),
    "text-0 ( | text-0 + a [DONE] b | text-0 + c | text-0 ) | finish stop COMPLETE",
  ),
  hard(
    "groq-sdk, together-ai: a last event without its blank line is lost",
    chat,
    (A + sse(stops("stop"))).trimEnd(),
    "text-0 ( | text-0 + a | text-0 ) | finish stop stop",
  ),
  hard(
    "together-ai: any event with a name is lost",
    chat,
    `event: chunk\n${A}event: error\n${sse({ error: { message: "Busy", code: 503 } })}`,
    "text-0 ( | text-0 + a | error overloaded Busy | text-0 ) | finish error",
  ),
  hard(
    "@anthropic-ai/sdk: events without a name are lost",
    anthropic,
    sse(
      { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "a" } },
      { type: "message_delta", delta: { stop_reason: "end_turn" } },
      { type: "message_stop" },
    ),
    "text-0 ( | text-0 + a | text-0 ) | finish stop end_turn",
  ),
  hard(
    "openai, groq-sdk: empty data throws",
    chat,
    `data:\n\n${A}data: \n\n${END}`,
    "text-0 ( | text-0 + a | text-0 ) | finish stop stop",
  ),
  hard(
    "openai, groq-sdk, together-ai: an object that says it is an error passes for a chunk",
    chat,
    A + sse({ object: "error", message: "Busy", code: 503 }),
    "text-0 ( | text-0 + a | error overloaded Busy | text-0 ) | finish error",
  ),
  hard(
    "AI SDK, openai-compatible: the texts of two choices are mixed",
    chat,
    sse(other(0, "a", "stop"), other(1, "b", "length"), DONE),
    "text-0 ( | text-0 + a | text-0 ) | 1: text-1 ( | 1: text-1 + b | 1: text-1 ) | finish stop stop | 1: finish length length",
  ),
  hard(
    "AI SDK, openai-compatible: choices that are null are an error",
    chat,
    sse({ choices: null }) + A + END,
    "text-0 ( | text-0 + a | text-0 ) | finish stop stop",
  ),
  hard(
    "AI SDK, openai-compatible: usage beside an error behind the finish is lost",
    chat,
    A +
      sse(
        stops("length"),
        { ...said({}, { finish_reason: "error" }), error: { message: "Cut", code: 502 }, usage },
        DONE,
      ),
    "text-0 ( | text-0 + a | text-0 ) | usage 12 342 | error server Cut | finish length length",
  ),
  hard(
    "AI SDK, openai-compatible: an unterminated last event with the finish is lost",
    chat,
    A + sse(stops("stop")).slice(0, -2),
    "text-0 ( | text-0 + a | text-0 ) | finish stop stop",
  ),
  hard(
    "AI SDK, openai-compatible: xAI's output has 2 tokens instead of 342",
    chat,
    A + sse(stops("stop"), { choices: [], usage }, DONE),
    "text-0 ( | text-0 + a | text-0 ) | usage 12 342 | finish stop stop",
  ),
  hard(
    "AI SDK, openai-compatible: a call whose arguments are an object is lost",
    chat,
    sse(calls({ index: 0, id: "c", ...fn("f", { x: 1 }) }), stops("tool_calls"), DONE),
    'c ( f | c + {"x":1} | c ) | call c f {"x":1} valid | finish tool-calls tool_calls',
  ),
  hard(
    "AI SDK, openai-compatible: a call without a name throws",
    chat,
    A + sse(calls({ index: 0, id: "c", ...fn("", "{}") }), stops("tool_calls"), DONE),
    "text-0 ( | text-0 + a | text-0 ) | error malformed-event A tool call came without the name of its tool | finish tool-calls tool_calls",
  ),
  hard(
    "AI SDK, openai-compatible: the field `error` of old llama.cpp is lost",
    chat,
    `${A}error: {"code":500,"message":"Broken","type":"server_error"}\n\n`,
    "text-0 ( | text-0 + a | error server Broken | text-0 ) | finish error",
  ),
  hard(
    "AI SDK, google: a quoted path becomes another value",
    gemini,
    opens + fills(path("$['a.b']", "v")) + closes,
    'tool-0 ( f | tool-0 + {"a.b":"v" | tool-0 + } | tool-0 ) | call tool-0 f {"a.b":"v"} valid | finish tool-calls STOP',
  ),
  hard(
    "AI SDK, google: two paths at once do not add up to the JSON",
    gemini,
    opens +
      fills(path("$.a", "1", true), path("$.b", "x", true)) +
      fills(path("$.b", "y"), path("$.a", "2")) +
      closes,
    'tool-0 ( f | tool-0 + {"a":"1 | tool-0 + 2" | tool-0 + ,"b":"x | tool-0 + y" | tool-0 + } | tool-0 ) | call tool-0 f {"a":"12","b":"xy"} valid | finish tool-calls STOP',
  ),
  hard(
    "AI SDK, google: a bare error is lost",
    gemini,
    gem([{ text: "a" }]) + unavailable,
    "text-0 ( | text-0 + a | error overloaded Busy | text-0 ) | finish error",
  ),
  hard(
    "AI SDK, amazon-bedrock: a frame that is an error is lost",
    converse,
    join(
      delta,
      frame(
        join(
          textHeader(":message-type", "error"),
          textHeader(":error-code", "InternalError"),
          textHeader(":error-message", "Broken"),
        ),
        new Uint8Array(0),
      ),
    ),
    "text-0 ( | text-0 + a | error server Broken | text-0 ) | finish error",
  ),
  hard(
    "AI SDK, amazon-bedrock: an exception that is unknown is lost",
    converse,
    join(
      delta,
      frame(
        join(
          textHeader(":message-type", "exception"),
          textHeader(":exception-type", "inventedException"),
        ),
        text('{"message":"Odd"}'),
      ),
    ),
    "text-0 ( | text-0 + a | error unknown Odd | text-0 ) | finish error",
  ),
  hard(
    "AI SDK, cohere: plan, initial text and citations are dropped",
    cohere,
    sse(
      { type: "tool-plan-delta", delta: { message: { tool_plan: "I look." } } },
      {
        type: "content-start",
        index: 0,
        delta: { message: { content: { type: "text", text: "a" } } },
      },
      {
        type: "citation-start",
        index: 0,
        delta: { message: { citations: { start: 0, end: 1, text: "a", sources: [document] } } },
      },
      complete,
    ),
    "reasoning-0 ( plan | reasoning-0 + I look. | reasoning-0 ) | text-0 ( | text-0 + a | source document A | text-0 ) | finish stop COMPLETE",
  ),
  hard(
    "AI SDK, perplexity: sources behind the first chunk, search results and reasoning steps are lost",
    chat,
    sse(
      {
        object: "chat.reasoning",
        ...said({ reasoning_steps: [{ thought: "hm", type: "web_search" }] }),
      },
      { object: "chat.completion.chunk", ...says("a") },
      {
        object: "chat.completion.done",
        ...stops("stop"),
        citations: ["https://b.example"],
        search_results: pages,
        usage: { prompt_tokens: 1, completion_tokens: 2 },
      },
    ),
    'custom openai.reasoning_steps [{"thought":"hm","type":"web_search"}] | text-0 ( | text-0 + a | text-0 ) | source url https://a.example A | source url https://b.example | usage 1 2 | finish stop stop',
  ),
  hard(
    "AI SDK, mistral: references are dropped, and other content spoils its chunk",
    mistral,
    sse(
      says([
        { type: "text", text: "a" },
        { type: "reference", reference_ids: [3] },
      ]),
      says([{ type: "invented", value: 1 }]),
      says("b"),
      stops("stop"),
      DONE,
    ),
    'text-0 ( | text-0 + a | source file 3 | custom mistral.content {"type":"invented","value":1} | text-0 + b | text-0 ) | finish stop stop',
  ),
  hard(
    "@smithy/core: an end in the first bytes of a frame goes unnoticed",
    converse,
    join(delta, delta.slice(0, 2)),
    "text-0 ( | text-0 + a | text-0 ) | error transport Cannot decode event stream: the input ended inside a frame | finish error",
    "Cannot decode event stream: the input ended inside a frame",
  ),
  hard(
    "@smithy/core: a length on the wire is allocated whatever it is",
    converse,
    join(delta, frame(new Uint8Array(0), new Uint8Array(0), { length: 2 ** 31 })),
    "text-0 ( | text-0 + a | text-0 ) | error malformed-event Cannot decode event stream: a frame grew beyond maxLength 16777216 | finish error",
    "Cannot decode event stream: a frame grew beyond maxLength 16777216",
  ),
  hard(
    "ollama: a line that is no JSON is dropped",
    ollama,
    ndjsonOf({ model: "m", message: { content: "a" } }, "{broken", {
      model: "m",
      message: { content: "b" },
      done: true,
      done_reason: "stop",
    }),
    "response m | text-0 ( | text-0 + a | error malformed-event An event is not JSON | text-0 + b | usage | text-0 ) | finish stop stop",
  ),
];
