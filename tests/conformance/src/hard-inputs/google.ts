import { gemini, hard, interactions, sse, type HardInput } from "./hard-input.ts";

// Chunks of Gemini's `generateContent`, and events of its Interactions.

const chunk = (parts: object[], more: object = {}, usageMetadata?: object) => ({
  candidates: [{ index: 0, content: { role: "model", parts }, ...more }],
  ...(usageMetadata && { usageMetadata }),
});
const STOP = { finishReason: "STOP" };
const opens = (name: string) => chunk([{ functionCall: { name, willContinue: true } }]);
const fills = (...partialArgs: object[]) =>
  chunk([{ functionCall: { partialArgs, willContinue: true } }]);
const closes = (more: object = {}) => chunk([{ functionCall: {} }], more);
const piece = (jsonPath: string, stringValue: string, willContinue = false) => ({
  jsonPath,
  stringValue,
  ...(willContinue && { willContinue }),
});
const says = (text: string, more?: object) => chunk([{ text }], more);
const total = (promptTokenCount: number) => ({ promptTokenCount, candidatesTokenCount: 2 });

export const geminiInputs: readonly HardInput[] = [
  hard(
    "a signature on a text that is empty",
    gemini,
    sse(says("a"), chunk([{ text: "", thoughtSignature: "s" }], STOP)),
    "response model | text-0 ( | text-0 + a | text-0 +  | text-0 ) | finish stop STOP",
  ),
  hard(
    "calls that are whole among calls in pieces",
    gemini,
    sse(
      chunk([{ functionCall: { name: "f" } }]),
      opens("g"),
      fills(piece("$.x", "1")),
      closes(),
      chunk([{ functionCall: { name: "h", args: { y: 2 } } }], STOP),
    ),
    'response model | tool-0 ( f | tool-0 ) | call tool-0 f  valid | tool-1 ( g | tool-1 + {"x":"1" | tool-1 + } | tool-1 ) | call tool-1 g {"x":"1"} valid | tool-2 ( h | tool-2 + {"y":2} | tool-2 ) | call tool-2 h {"y":2} valid | finish tool-calls STOP',
  ),
  hard(
    "a path that quotes its name",
    gemini,
    sse(opens("f"), fills(piece("$['a.b']", "v")), closes(STOP)),
    'response model | tool-0 ( f | tool-0 + {"a.b":"v" | tool-0 + } | tool-0 ) | call tool-0 f {"a.b":"v"} valid | finish tool-calls STOP',
  ),
  hard(
    "two paths that are open at once",
    gemini,
    sse(
      opens("f"),
      fills(piece("$.a", "1", true), piece("$.b", "x", true)),
      fills(piece("$.a", "2"), piece("$.b", "y")),
      closes(STOP),
    ),
    'response model | tool-0 ( f | tool-0 + {"a":"1 | tool-0 + 2" | tool-0 + ,"b":"x | tool-0 + y" | tool-0 + } | tool-0 ) | call tool-0 f {"a":"12","b":"xy"} valid | finish tool-calls STOP',
  ),
  hard(
    "a call in pieces without its end",
    gemini,
    sse(opens("f"), fills(piece("$.a", "1")), chunk([], STOP)),
    'response model | tool-0 ( f | tool-0 + {"a":"1" | tool-0 + } | tool-0 ) | call tool-0 f {"a":"1"} valid | finish tool-calls STOP',
  ),
  hard(
    "a prompt that is blocked",
    gemini,
    sse({ promptFeedback: { blockReason: "SAFETY" }, usageMetadata: { promptTokenCount: 9 } }),
    "usage 9 | finish content-filter SAFETY",
  ),
  hard(
    "usage that falls",
    gemini,
    sse(chunk([{ text: "a" }], {}, total(15)), chunk([{ text: "b" }], STOP, total(13))),
    "response model | text-0 ( | text-0 + a | usage 15 2 | text-0 + b | usage 13 2 | text-0 ) | finish stop STOP",
  ),
  hard(
    "CONTINUATION",
    gemini,
    sse(says("a", { finishReason: "CONTINUATION", continuationToken: "t" })),
    "response model | text-0 ( | text-0 + a | status checkpoint | text-0 ) | finish length CONTINUATION",
  ),
  hard(
    "a JSON array instead of events",
    gemini,
    `[${JSON.stringify(says("a"), null, 2)}\n,\r\n${JSON.stringify(says("b", STOP))}\n]\n`,
    "response model | text-0 ( | text-0 + a | text-0 + b | text-0 ) | finish stop STOP",
  ),
];

const life = (name: string, id: string, status: string, more: object = {}) => ({
  event_type: `interaction.${name}`,
  interaction: { ...(id !== "" && { id }), status, ...more },
});
const step = (index: number, value: object) => ({ event_type: "step.start", index, step: value });
const adds = (index: number, text: string, more: object = {}) => ({
  event_type: "step.delta",
  index,
  delta: { type: "text", text },
  ...more,
});
const args = (index: number, json: string) => ({
  event_type: "step.delta",
  index,
  delta: { type: "arguments_delta", arguments: json },
});
const ends = (index: number) => ({ event_type: "step.stop", index });
const OUTPUT = { type: "model_output" };
const used = (tokens: number) => ({
  usage: { total_input_tokens: tokens, total_output_tokens: 1, total_tokens: tokens + 1 },
});
const count = (events: object[]) => events.map((event, id) => ({ ...event, event_id: `e${id}` }));
const whole = count([
  life("created", "i", "in_progress"),
  step(0, OUTPUT),
  adds(0, "a"),
  adds(0, "b"),
  ends(0),
  life("completed", "i", "completed"),
]);

export const interactionsInputs: readonly HardInput[] = [
  hard(
    "an interaction without an id",
    interactions,
    sse(
      { event_type: "interaction.created", interaction: { id: "", status: "in_progress" } },
      step(0, OUTPUT),
      adds(0, "a"),
      ends(0),
      life("completed", "", "completed"),
      "[DONE]",
    ),
    "status in_progress | text-0 ( | text-0 + a | text-0 ) | finish stop completed",
  ),
  hard(
    "steps that overlap",
    interactions,
    sse(
      life("created", "i", "in_progress"),
      step(0, OUTPUT),
      step(1, { type: "function_call", id: "c", name: "f", arguments: {} }),
      adds(0, "a"),
      args(1, '{"x"'),
      adds(0, "b"),
      args(1, ":1}"),
      ends(1),
      ends(0),
      life("completed", "i", "requires_action"),
    ),
    'response i | status in_progress | c ( f | text-0 ( | text-0 + a | c + {"x" | text-0 + b | c + :1} | c ) | call c f {"x":1} valid | text-0 ) | finish tool-calls requires_action',
  ),
  hard(
    "events that a reconnection plays again",
    interactions,
    sse(...whole.slice(0, 4), ...whole.slice(2)),
    "response i | status in_progress | text-0 ( | text-0 + a | text-0 + b | text-0 ) | finish stop completed",
  ),
  hard(
    "two hops that make one answer",
    interactions,
    sse(
      life("created", "i", "in_progress"),
      step(0, OUTPUT),
      adds(0, "a"),
      ends(0),
      life("completed", "i", "requires_continuation", { continuation_token: "t", ...used(5) }),
      life("created", "k", "in_progress"),
      step(0, OUTPUT),
      adds(0, "b"),
      ends(0),
      life("completed", "k", "completed", used(7)),
    ),
    "response i | status in_progress | text-0 ( | text-0 + a | text-0 ) | usage 5 1 | status in_progress | text-1 ( | text-1 + b | text-1 ) | usage 12 2 | finish stop completed",
  ),
];
