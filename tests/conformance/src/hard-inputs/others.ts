import {
  cohere,
  hard,
  named,
  ndjsonOf,
  ollama,
  type HardInput,
  type NamedEvent,
} from "./hard-input.ts";

// Events of Cohere, and lines of Ollama.

const on = (type: string, message: object, index?: number): NamedEvent => ({
  type,
  index,
  delta: { message },
});
const text = (said: string, index = 0) => [
  on("content-start", { content: { type: "text", text: "" } }, index),
  on("content-delta", { content: { text: said } }, index),
  { type: "content-end", index },
];
const call = (input: string, index = 0) =>
  on(
    "tool-call-start",
    {
      tool_calls: { id: `f_${index}`, type: "function", function: { name: "f", arguments: input } },
    },
    index,
  );
const ends = (finish_reason: string): NamedEvent => ({
  type: "message-end",
  delta: { finish_reason },
});
const cites = (index: number): NamedEvent =>
  on(
    "citation-start",
    {
      citations: {
        start: 0,
        end: 1,
        text: "a",
        content_index: 0,
        type: "TEXT_CONTENT",
        sources: [{ type: "document", id: "d", document: { title: "A" } }],
      },
    },
    index,
  );

export const cohereInputs: readonly HardInput[] = [
  hard(
    "a plan before the calls",
    cohere,
    named(
      on("tool-plan-delta", { tool_plan: "I " }),
      on("tool-plan-delta", { tool_plan: "look." }),
      call("{}"),
      { type: "tool-call-end", index: 0 },
      ends("TOOL_CALL"),
    ),
    "reasoning-0 ( plan | reasoning-0 + I  | reasoning-0 + look. | reasoning-0 ) | f_0 ( f | f_0 + {} | f_0 ) | call f_0 f {} valid | finish tool-calls TOOL_CALL",
  ),
  hard(
    "a call without arguments",
    cohere,
    named(call(""), { type: "tool-call-end", index: 0 }, ends("TOOL_CALL")),
    "f_0 ( f | f_0 ) | call f_0 f  valid | finish tool-calls TOOL_CALL",
  ),
  hard(
    "a citation behind its text",
    cohere,
    named(...text("ab"), cites(0), ends("COMPLETE")),
    "text-0 ( | text-0 + ab | text-0 ) | source document A | finish stop COMPLETE",
  ),
  hard(
    "one index for a text, a call and a citation",
    cohere,
    named(
      on("content-start", { content: { type: "text", text: "" } }, 0),
      call("{", 0),
      on("content-delta", { content: { text: "a" } }, 0),
      cites(0),
      on("tool-call-delta", { tool_calls: { function: { arguments: "}" } } }, 0),
      { type: "tool-call-end", index: 0 },
      on("content-delta", { content: { text: "b" } }, 0),
      { type: "content-end", index: 0 },
      ends("COMPLETE"),
    ),
    "text-0 ( | f_0 ( f | f_0 + { | text-0 + a | source document A | f_0 + } | f_0 ) | call f_0 f {} valid | text-0 + b | text-0 ) | finish tool-calls COMPLETE",
  ),
];

const line = (content: string, more: object = {}) => ({
  model: "m",
  message: { role: "assistant", content },
  done: false,
  ...more,
});
const LAST = { done: true, done_reason: "stop", prompt_eval_count: 1, eval_count: 2 };

export const ollamaInputs: readonly HardInput[] = [
  hard(
    "an error as the last line",
    ollama,
    ndjsonOf(line("a"), { error: "out of memory" }),
    "response m assistant | text-0 ( | text-0 + a | error unknown out of memory | text-0 ) | finish error",
  ),
  hard(
    "text in the line that says done",
    ollama,
    ndjsonOf(line("a"), line("b", LAST)),
    "response m assistant | text-0 ( | text-0 + a | text-0 + b | usage 1 2 | text-0 ) | finish stop stop",
  ),
  hard(
    "lines that are blank",
    ollama,
    ndjsonOf("", line("a"), "", "  ", line("", LAST)),
    "response m assistant | text-0 ( | text-0 + a | usage 1 2 | text-0 ) | finish stop stop",
  ),
  hard(
    "two objects on one line",
    ollama,
    ndjsonOf(JSON.stringify(line("a")) + JSON.stringify(line("b")), line("", LAST)),
    "response m assistant | text-0 ( | text-0 + a | text-0 + b | usage 1 2 | text-0 ) | finish stop stop",
  ),
];
