import { pipe } from "@millrace/core";
import { decodeSse } from "@millrace/sse";

const base = process.env["MODEL_URL"] ?? "http://localhost:8080/v1";
const response = await fetch(`${base}/chat/completions`, {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: JSON.stringify({
    model: "replay",
    stream: true,
    messages: [{ role: "user", content: "How does a mill work?" }],
  }),
});
const { ok, body } = response;
if (!ok || body === null) throw new Error(await response.text());

// Before:
//   body
//     .pipeThrough(new TextDecoderStream())
//     .pipeThrough(new EventSourceParserStream());
// `decodeSse` takes the bytes. `event` is called `type`, as in the
// standard, and is never undefined.
const events = pipe(body, decodeSse());

for await (const { type, data } of events) {
  if (data === "[DONE]") break; // leaving the loop ends the request
  console.log(type, data.length > 0);
}
