import { calls, DONE, fn, said, says, stops } from "./chat-values.ts";
import { chat, hard, sse, type HardInput } from "./hard-input.ts";

const filter = { hate: { filtered: false, severity: "safe" } };
const prompt = { id: "", model: "", created: 0, object: "", choices: [] };
const late = (choice: object) => ({ id: "", choices: [{ index: 0, ...choice }] });
const offsets = { check_offset: 9, start_offset: 0, end_offset: 9 };
const end = [stops("tool_calls"), DONE];
const counted = { usage: { prompt_tokens: 1, completion_tokens: 2 } };
const other = (index: number, content: string, finish_reason?: string) => ({
  choices: [{ index, delta: { content }, finish_reason }],
});

export const chatInputs: readonly HardInput[] = [
  hard(
    "Azure: the first chunk is empty",
    chat,
    sse(
      { ...prompt, prompt_filter_results: [{ prompt_index: 0, content_filter_results: filter }] },
      { id: "c", model: "m", ...says("a") },
      stops("stop"),
      DONE,
    ),
    'custom azure.content-filter {"prompt_filter_results":[{"prompt_index":0,"content_filter_results":{"hate":{"filtered":false,"severity":"safe"}}}]} | response c m | text-0 ( | text-0 + a | text-0 ) | finish stop stop',
  ),
  hard(
    "Azure: an annotation comes after the finish",
    chat,
    sse(
      says("a"),
      stops("stop"),
      late({ content_filter_offsets: offsets, content_filter_results: filter }),
      DONE,
    ),
    'text-0 ( | text-0 + a | text-0 ) | custom azure.content-filter {"content_filter_results":{"hate":{"filtered":false,"severity":"safe"}},"content_filter_offsets":{"check_offset":9,"start_offset":0,"end_offset":9}} | finish stop stop',
  ),
  hard(
    "Azure: a content filter comes late",
    chat,
    sse(says("a"), stops("stop"), late({ finish_reason: "content_filter" }), DONE),
    "text-0 ( | text-0 + a | text-0 ) | finish content-filter content_filter",
  ),
  hard(
    "chat: usage comes with choices that are not empty",
    chat,
    sse({ ...says("a"), ...counted }, stops("stop"), DONE),
    "text-0 ( | text-0 + a | usage 1 2 | text-0 ) | finish stop stop",
  ),
  hard(
    "chat: the finish reason repeats, and is null later",
    chat,
    sse(says("a"), stops("stop"), stops("stop"), says("", { finish_reason: null }), DONE),
    "text-0 ( | text-0 + a | text-0 ) | finish stop stop",
  ),
  hard(
    "chat: several choices interleave",
    chat,
    sse(
      other(0, "a"),
      other(1, "x"),
      other(0, "b"),
      other(1, "y", "length"),
      other(0, "", "stop"),
      DONE,
    ),
    "text-0 ( | text-0 + a | 1: text-1 ( | 1: text-1 + x | text-0 + b | 1: text-1 + y | 1: text-1 ) | text-0 ) | finish stop stop | 1: finish length length",
  ),
  hard(
    "choices: null",
    chat,
    sse({ choices: null }, says("a"), stops("stop"), DONE),
    "text-0 ( | text-0 + a | text-0 ) | finish stop stop",
  ),
  hard(
    "choices: missing",
    chat,
    sse({ id: "c" }, says("a"), stops("stop"), DONE),
    'response c | custom openai.event {"id":"c"} | text-0 ( | text-0 + a | text-0 ) | finish stop stop',
  ),
  hard(
    "choices: empty",
    chat,
    sse({ choices: [] }, says("a"), stops("stop"), DONE),
    "text-0 ( | text-0 + a | text-0 ) | finish stop stop",
  ),
  hard(
    "delta: null",
    chat,
    sse(said(null), says("a"), stops("stop"), DONE),
    "text-0 ( | text-0 + a | text-0 ) | finish stop stop",
  ),
  hard(
    "delta: missing",
    chat,
    sse({ choices: [{ index: 0 }] }, says("a"), stops("stop"), DONE),
    "text-0 ( | text-0 + a | text-0 ) | finish stop stop",
  ),
  hard(
    "content: a list and a text in one stream",
    chat,
    sse(says([{ type: "text", text: "a" }]), says("b"), stops("stop"), DONE),
    "text-0 ( | text-0 + a | text-0 + b | text-0 ) | finish stop stop",
  ),
  hard(
    "tool index: missing",
    chat,
    sse(
      calls({ id: "a", ...fn("f", "{") }),
      calls(fn("", "}")),
      calls({ id: "b", ...fn("g", "{}") }),
      ...end,
    ),
    "a ( f | a + { | a + } | b ( g | b + {} | a ) | call a f {} valid | b ) | call b g {} valid | finish tool-calls tool_calls",
  ),
  hard(
    "tool index: 0 for all",
    chat,
    sse(
      calls({ index: 0, id: "a", ...fn("f", "{}") }),
      calls({ index: 0, id: "b", ...fn("g", "{}") }),
      ...end,
    ),
    "a ( f | a + {} | b ( g | b + {} | a ) | call a f {} valid | b ) | call b g {} valid | finish tool-calls tool_calls",
  ),
  hard(
    "tool index: null",
    chat,
    sse(
      calls({ index: null, id: "a", ...fn("f", "{") }),
      calls({ index: null, ...fn("", "}") }),
      ...end,
    ),
    "a ( f | a + { | a + } | a ) | call a f {} valid | finish tool-calls tool_calls",
  ),
  hard(
    "tool index: 0 and 2",
    chat,
    sse(
      calls({ index: 0, id: "a", ...fn("f", "{") }, { index: 2, id: "b", ...fn("g", "[") }),
      calls({ index: 2, ...fn("", "]") }, { index: 0, ...fn("", "}") }),
      ...end,
    ),
    "a ( f | a + { | b ( g | b + [ | b + ] | a + } | a ) | call a f {} valid | b ) | call b g [] valid | finish tool-calls tool_calls",
  ),
  hard(
    "tool index: begins with 1",
    chat,
    sse(calls({ index: 1, id: "a", ...fn("f", "{") }), calls({ index: 1, ...fn("", "}") }), ...end),
    "a ( f | a + { | a + } | a ) | call a f {} valid | finish tool-calls tool_calls",
  ),
  hard(
    "tool id: blank",
    chat,
    sse(calls({ index: 0, id: "", ...fn("f", "{}") }), ...end),
    "tool-0 ( f | tool-0 + {} | tool-0 ) | call tool-0 f {} valid | finish tool-calls tool_calls",
  ),
  hard(
    "tool id: null in words",
    chat,
    sse(calls({ index: 0, id: "null", ...fn("f", "{}") }), ...end),
    "tool-0 ( f | tool-0 + {} | tool-0 ) | call tool-0 f {} valid | finish tool-calls tool_calls",
  ),
  hard(
    "tool id: repeated by another call",
    chat,
    sse(
      calls({ index: 0, id: "a", ...fn("f", "{}") }, { index: 1, id: "a", ...fn("g", "{}") }),
      ...end,
    ),
    "a ( f | a + {} | tool-0 ( g | tool-0 + {} | a ) | call a f {} valid | tool-0 ) | call tool-0 g {} valid | finish tool-calls tool_calls",
  ),
  hard(
    "tool id: rotates",
    chat,
    sse(
      calls({ index: 0, id: "a", ...fn("f", "{") }),
      calls({ index: 0, id: "b", ...fn("", "}") }),
      ...end,
    ),
    "a ( f | a + { | a + } | a ) | call a f {} valid | finish tool-calls tool_calls",
  ),
  hard(
    "tool id: late",
    chat,
    sse(calls({ index: 0, ...fn("f", "") }), calls({ index: 0, id: "a", ...fn("", "{}") }), ...end),
    "a ( f | a + {} | a ) | call a f {} valid | finish tool-calls tool_calls",
  ),
  hard(
    "tool name: blank in what follows",
    chat,
    sse(
      calls({ index: 0, id: "a", ...fn("f", "{") }),
      calls({ index: 0, id: "", ...fn("", "}") }),
      ...end,
    ),
    "a ( f | a + { | a + } | a ) | call a f {} valid | finish tool-calls tool_calls",
  ),
  hard(
    "tool name: repeated",
    chat,
    sse(
      calls({ index: 0, id: "a", ...fn("f", "{") }),
      calls({ index: 0, id: "a", ...fn("f", "}") }),
      ...end,
    ),
    "a ( f | a + { | a + } | a ) | call a f {} valid | finish tool-calls tool_calls",
  ),
  hard(
    "tool name: in pieces",
    chat,
    sse(
      calls({ index: 0, id: "a", ...fn("get_", "") }),
      calls({ index: 0, ...fn("it", "") }),
      calls({ index: 0, ...fn("", "{}") }),
      ...end,
    ),
    "a ( get_it | a + {} | a ) | call a get_it {} valid | finish tool-calls tool_calls",
  ),
  hard(
    "tool name: late",
    chat,
    sse(
      calls({ index: 0, id: "a", ...fn("", '{"x":1}') }),
      calls({ index: 0, ...fn("f", "") }),
      ...end,
    ),
    'a ( f | a + {"x":1} | a ) | call a f {"x":1} valid | finish tool-calls tool_calls',
  ),
  hard(
    "tool name: missing",
    chat,
    sse(calls({ index: 0, id: "a", ...fn("", "{}") }), ...end),
    "error malformed-event A tool call came without the name of its tool | finish tool-calls tool_calls",
  ),
  hard(
    "arguments: null",
    chat,
    sse(calls({ index: 0, id: "a", ...fn("f", null) }), ...end),
    "a ( f | a ) | call a f  valid | finish tool-calls tool_calls",
  ),
  hard(
    "arguments: an object",
    chat,
    sse(calls({ index: 0, id: "a", ...fn("f", { x: 1 }) }), ...end),
    'a ( f | a + {"x":1} | a ) | call a f {"x":1} valid | finish tool-calls tool_calls',
  ),
  hard(
    "arguments: blank",
    chat,
    sse(calls({ index: 0, id: "a", ...fn("f", "") }), ...end),
    "a ( f | a ) | call a f  valid | finish tool-calls tool_calls",
  ),
  hard(
    "arguments: no JSON",
    chat,
    sse(calls({ index: 0, id: "a", ...fn("f", "x=1") }), ...end),
    "a ( f | a + x=1 | a ) | call a f x=1 invalid | finish tool-calls tool_calls",
  ),
  hard(
    "arguments: cut by the limit",
    chat,
    sse(calls({ index: 0, id: "a", ...fn("f", '{"x":') }), stops("length"), DONE),
    'a ( f | a + {"x": | a ) | call a f {"x": truncated | finish length length',
  ),
  hard(
    "reasoning: in two fields at once",
    chat,
    sse(said({ reasoning: "hm", reasoning_content: "hm" }), says("a"), stops("stop"), DONE),
    "reasoning-0 ( | reasoning-0 + hm | reasoning-0 ) | text-0 ( | text-0 + a | text-0 ) | finish stop stop",
  ),
  hard(
    "reasoning: details that are but encrypted",
    chat,
    sse(
      said({ reasoning_details: [{ type: "reasoning.encrypted", data: "e", index: 0 }] }),
      says("a"),
      stops("stop"),
      DONE,
    ),
    "reasoning-0 ( redacted | reasoning-0 ) e | text-0 ( | text-0 + a | text-0 ) | finish stop stop",
  ),
];
