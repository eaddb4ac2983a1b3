import { hard, named, responses, type HardInput, type NamedEvent } from "./hard-input.ts";

// Events of OpenAI's Responses.

const on = (name: string, output_index: number, more: object = {}): NamedEvent => ({
  type: `response.${name}`,
  output_index,
  ...more,
});
const item = (type: string, id: string, more: object = {}) => ({ item: { type, id, ...more } });
const says = (output_index: number, delta: string, more: object = {}): NamedEvent =>
  on("output_text.delta", output_index, { content_index: 0, delta, ...more });
const part = (output_index: number): NamedEvent =>
  on("content_part.added", output_index, {
    content_index: 0,
    part: { type: "output_text", text: "" },
  });
const END: NamedEvent = {
  type: "response.completed",
  response: { status: "completed" },
};
const numbered = (...numbers: [number, NamedEvent][]): NamedEvent[] =>
  numbers.map(([sequence_number, event]) => ({ ...event, sequence_number }));
const text = (said: string) => ({ content: [{ type: "output_text", text: said }] });

export const responsesInputs: readonly HardInput[] = [
  hard(
    "items interleave",
    responses,
    named(
      on("output_item.added", 0, item("reasoning", "rs")),
      on("output_item.added", 1, item("message", "msg")),
      part(1),
      says(1, "a"),
      on("reasoning_text.delta", 0, { content_index: 0, delta: "hm" }),
      says(1, "b"),
      on("output_item.done", 1, item("message", "msg", text("ab"))),
      on("output_item.done", 0, item("reasoning", "rs", { encrypted_content: "e" })),
      END,
    ),
    "text-0 ( | text-0 + a | reasoning-0 ( | reasoning-0 + hm | text-0 + b | text-0 ) | reasoning-0 ) e | finish stop completed",
  ),
  hard(
    "ids rotate with every event",
    responses,
    named(
      on("output_item.added", 0, item("message", "id-1")),
      { ...part(0), item_id: "id-2" },
      says(0, "a", { item_id: "id-3" }),
      says(0, "b", { item_id: "id-4" }),
      on("output_item.done", 0, item("message", "id-5", text("ab"))),
      END,
    ),
    "text-0 ( | text-0 + a | text-0 + b | text-0 ) | finish stop completed",
  ),
  hard(
    "a part is not announced",
    responses,
    named(
      on("output_item.added", 0, item("message", "msg")),
      says(0, "a"),
      on("output_item.done", 0, item("message", "msg", text("a"))),
      END,
    ),
    "text-0 ( | text-0 + a | text-0 ) | finish stop completed",
  ),
  hard(
    "it starts in the middle",
    responses,
    named(
      ...numbered(
        [7, says(0, "b")],
        [8, on("output_item.done", 0, item("message", "msg", text("ab")))],
        [9, END],
      ),
    ),
    "text-0 ( | text-0 + b | text-0 ) | finish stop completed",
  ),
  hard(
    "events that are unknown",
    responses,
    named(
      { type: "response.unheard_of.delta", delta: "x" },
      { type: "invented", value: 1 },
      says(0, "a"),
      END,
    ),
    'custom openai.unheard_of.delta {"type":"response.unheard_of.delta","delta":"x"} | custom openai.invented {"type":"invented","value":1} | text-0 ( | text-0 + a | text-0 ) | finish stop completed',
  ),
  hard(
    "what is done differs from its deltas",
    responses,
    named(
      on("output_item.added", 0, item("message", "msg")),
      part(0),
      says(0, "a"),
      on("output_text.done", 0, { content_index: 0, text: "other" }),
      on("output_item.done", 0, item("message", "msg", text("other"))),
      END,
    ),
    "text-0 ( | text-0 + a | text-0 ) | finish stop completed",
  ),
  hard(
    "numbers have gaps, and repeat",
    responses,
    named(
      ...numbered(
        [0, on("output_item.added", 0, item("message", "msg"))],
        [1, part(0)],
        [4, says(0, "a")],
        [5, says(0, "b")],
        [4, says(0, "a")],
        [5, says(0, "b")],
        [9, says(0, "c")],
        [10, END],
      ),
    ),
    "text-0 ( | text-0 + a | text-0 + b | text-0 + c | text-0 ) | finish stop completed",
  ),
];
