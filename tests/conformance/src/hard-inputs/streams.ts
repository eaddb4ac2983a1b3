import { DONE, says, stops } from "./chat-values.ts";
import { chat, hard, sse, type HardInput } from "./hard-input.ts";

const A = sse(says("a"));
const AB = sse(says("a"), says("b"));
const END = sse(stops("stop"), DONE);
const busy = { message: "Busy", code: 503 };
const encoder = new TextEncoder();

/** The body without its last bytes. */
function cut(body: string, bytes: number): Uint8Array {
  return encoder.encode(body).slice(0, -bytes);
}

// What event streams may have, whatever is in them.
export const streamInputs: readonly HardInput[] = [
  hard(
    "error: beside choices",
    chat,
    A + sse({ ...says("b"), error: busy, usage: { prompt_tokens: 1 } }) + END,
    "text-0 ( | text-0 + a | text-0 + b | usage 1 | error overloaded Busy | text-0 ) | finish stop stop",
  ),
  hard(
    "error: bare",
    chat,
    A + JSON.stringify({ error: busy }),
    "text-0 ( | text-0 + a | error overloaded Busy | text-0 ) | finish error",
  ),
  hard(
    "error: a tail in HTML",
    chat,
    `${A}<html>\n<h1>504 Gateway Timeout</h1>\n</html>\n`,
    "text-0 ( | text-0 + a | error malformed-event An event is not JSON | text-0 ) | finish error",
  ),
  hard(
    "error: a field of the event stream",
    chat,
    `${A}error: ${JSON.stringify(busy)}\n\n`,
    "text-0 ( | text-0 + a | error overloaded Busy | text-0 ) | finish error",
  ),
  hard(
    "error: an object that says so",
    chat,
    A + sse({ object: "error", ...busy }),
    "text-0 ( | text-0 + a | error overloaded Busy | text-0 ) | finish error",
  ),
  hard("error: first of all", chat, sse({ error: busy }), "error overloaded Busy | finish error"),
  hard(
    "error: after the finish",
    chat,
    A + sse(stops("stop"), { error: busy }, DONE),
    "text-0 ( | text-0 + a | text-0 ) | error overloaded Busy | finish stop stop",
  ),
  hard(
    "[DONE]: none",
    chat,
    A + sse(stops("stop")),
    "text-0 ( | text-0 + a | text-0 ) | finish stop stop",
  ),
  hard(
    "[DONE]: data behind it",
    chat,
    A + END + sse(says("late")),
    "text-0 ( | text-0 + a | text-0 ) | finish stop stop",
  ),
  hard(
    "[DONE]: inside a text",
    chat,
    sse(says("[DONE]"), says(" b")) + END,
    "text-0 ( | text-0 + [DONE] | text-0 +  b | text-0 ) | finish stop stop",
  ),
  hard(
    "[DONE]: without a space",
    chat,
    `${A}${sse(stops("stop"))}data:[DONE]\n\n`,
    "text-0 ( | text-0 + a | text-0 ) | finish stop stop",
  ),
  hard(
    "end: without a blank line",
    chat,
    (A + sse(stops("stop"))).trimEnd(),
    "text-0 ( | text-0 + a | text-0 ) | finish stop stop",
  ),
  hard(
    "end: in a character",
    chat,
    cut(`${A}data: {"choices":[{"delta":{"content":"ü`, 1),
    "text-0 ( | text-0 + a | error malformed-event An event is not JSON | text-0 ) | finish error",
  ),
  hard(
    "escapes: halves of a character",
    chat,
    sse(
      '{"choices":[{"index":0,"delta":{"content":"\\ud83c"}}]}',
      '{"choices":[{"index":0,"delta":{"content":"\\udf0a"}}]}',
    ) + END,
    "text-0 ( | text-0 + \ud83c | text-0 + \udf0a | text-0 ) | finish stop stop",
  ),
  hard(
    "line ends: CRLF",
    chat,
    (AB + END).replaceAll("\n", "\r\n"),
    "text-0 ( | text-0 + a | text-0 + b | text-0 ) | finish stop stop",
  ),
  hard(
    "line ends: CR",
    chat,
    (AB + END).replaceAll("\n", "\r"),
    "text-0 ( | text-0 + a | text-0 + b | text-0 ) | finish stop stop",
  ),
  hard(
    "a byte order mark",
    chat,
    `\ufeff${AB}${END}`,
    "text-0 ( | text-0 + a | text-0 + b | text-0 ) | finish stop stop",
  ),
  hard(
    "comments",
    chat,
    `: OPENROUTER PROCESSING\n\n${A}: keep-alive\n${sse(says("b"))}:\n\n${END}`,
    "text-0 ( | text-0 + a | text-0 + b | text-0 ) | finish stop stop",
  ),
  hard(
    "empty data",
    chat,
    `data:\n\n${A}data: \n\ndata\n\n${END}`,
    "text-0 ( | text-0 + a | text-0 ) | finish stop stop",
  ),
  hard(
    "data on several lines",
    chat,
    `${A}data: {"choices":[{"index":0,\ndata: "delta":{"content":"b"}}]}\n\n${END}`,
    "text-0 ( | text-0 + a | text-0 + b | text-0 ) | finish stop stop",
  ),
];

/** A line of a mebibyte, whose text is not shown in the table. */
export const LONG = "x".repeat(1_048_576);
export const longLine = sse(says(LONG)) + END;
