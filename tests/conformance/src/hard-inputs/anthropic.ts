import { anthropic, hard, named, sse, type HardInput, type NamedEvent } from "./hard-input.ts";

// Events of Anthropic's messages.

const starts = (id: string, more: object = {}): NamedEvent => ({
  type: "message_start",
  message: { id, type: "message", role: "assistant", model: "m", content: [], ...more },
});
const opens = (index: number, content_block: object): NamedEvent => ({
  type: "content_block_start",
  index,
  content_block,
});
const TEXT = { type: "text", text: "" };
const delta = (index: number, value: object): NamedEvent => ({
  type: "content_block_delta",
  index,
  delta: value,
});
const says = (text: string, index = 0): NamedEvent => delta(index, { type: "text_delta", text });
const fills = (partial_json: string, index = 0): NamedEvent =>
  delta(index, { type: "input_json_delta", partial_json });
const closes = (index = 0): NamedEvent => ({ type: "content_block_stop", index });
const stops = (stop_reason: string, more: object = {}): NamedEvent => ({
  type: "message_delta",
  delta: { stop_reason, stop_sequence: null, ...more },
  usage: { output_tokens: 2 },
});
const END: NamedEvent = { type: "message_stop" };
const PING: NamedEvent = { type: "ping" };
const TOOL = { type: "tool_use", id: "toolu", name: "f", input: {} };
const ALL = [starts("m"), opens(0, TEXT), says("a"), closes(), stops("end_turn"), END];

export const anthropicInputs: readonly HardInput[] = [
  hard(
    "events have no names",
    anthropic,
    sse(...ALL),
    "response m m assistant | text-0 ( | text-0 + a | text-0 ) | usage 2 | finish stop end_turn",
  ),
  hard(
    "message_start comes twice",
    anthropic,
    named(starts("m"), ...ALL),
    "response m m assistant | text-0 ( | text-0 + a | text-0 ) | usage 2 | finish stop end_turn",
  ),
  hard(
    "another message_start is spliced in",
    anthropic,
    named(starts("m"), opens(0, TEXT), says("half"), ...[starts("n"), ...ALL.slice(1)]),
    "response m m assistant | text-0 ( | text-0 + half | text-0 ) | reset text-0 | response n m assistant | text-1 ( | text-1 + a | text-1 ) | usage 2 | finish stop end_turn",
  ),
  hard(
    "the input of a call stands in its start",
    anthropic,
    named(starts("m"), opens(0, { ...TOOL, input: { x: 1 } }), closes(), stops("tool_use"), END),
    'response m m assistant | toolu ( f | toolu + {"x":1} | toolu ) | call toolu f {"x":1} valid | usage 2 | finish tool-calls tool_use',
  ),
  hard(
    "a refusal has no block",
    anthropic,
    named(
      starts("m"),
      stops("refusal", { stop_details: { type: "refusal", category: "cyber" } }),
      END,
    ),
    "response m m assistant | usage 2 | finish content-filter refusal",
  ),
  hard(
    "pings everywhere",
    anthropic,
    named(...[PING, ...ALL].flatMap((event) => [event, PING])),
    "status ping | status ping | response m m assistant | status ping | text-0 ( | status ping | text-0 + a | status ping | text-0 ) | status ping | usage 2 | status ping | finish stop end_turn",
  ),
  hard(
    "the input of a call is no JSON",
    anthropic,
    named(starts("m"), opens(0, TOOL), fills("{x}"), closes(), stops("tool_use"), END),
    "response m m assistant | toolu ( f | toolu + {x} | toolu ) | call toolu f {x} invalid | usage 2 | finish tool-calls tool_use",
  ),
  hard(
    "it is cut before message_stop",
    anthropic,
    named(...ALL.slice(0, -1)),
    "response m m assistant | text-0 ( | text-0 + a | text-0 ) | usage 2 | finish stop end_turn",
  ),
  hard(
    "it is cut before the stop reason",
    anthropic,
    named(...ALL.slice(0, -2)),
    "response m m assistant | text-0 ( | text-0 + a | text-0 ) | finish interrupted",
  ),
  hard(
    "thinking is but a signature",
    anthropic,
    named(
      starts("m"),
      opens(0, { type: "thinking", thinking: "", signature: "" }),
      delta(0, { type: "signature_delta", signature: "s" }),
      closes(),
      stops("end_turn"),
      END,
    ),
    "response m m assistant | reasoning-0 ( | reasoning-0 ) s | usage 2 | finish stop end_turn",
  ),
];
