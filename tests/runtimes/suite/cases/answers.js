import { pipe, run } from "@millrace/core";
import { collect, text, toolInput } from "@millrace/parts";
import { partialJson } from "@millrace/parsers";
import { ask, ProviderError } from "@millrace/providers";
import { decodeAnthropic } from "@millrace/providers/anthropic";
import { decodeGemini } from "@millrace/providers/gemini";
import { decodeOpenaiChat, openaiChat } from "@millrace/providers/openai-chat";
import { decodeSse } from "@millrace/sse";
import { equal, failureOf, readAll } from "../expect.js";

const chat = [
  { choices: [{ index: 0, delta: { role: "assistant", content: "Good " } }] },
  { choices: [{ index: 0, delta: { content: "mörning 🌊" } }] },
  { choices: [{ index: 0, delta: {}, finish_reason: "stop" }] },
];

const anthropic = [
  { type: "message_start", message: { id: "m", model: "any", usage: { input_tokens: 1 } } },
  { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
  { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "Good " } },
  { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "mörning 🌊" } },
  { type: "content_block_stop", index: 0 },
  { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: 2 } },
  { type: "message_stop" },
];

const gemini = [
  { candidates: [{ content: { parts: [{ text: "Good " }] } }] },
  { candidates: [{ content: { parts: [{ text: "mörning 🌊" }] }, finishReason: "STOP" }] },
];

const call = [
  { index: 0, id: "c", type: "function", function: { name: "save", arguments: "" } },
  { index: 0, function: { arguments: '{"name":"Bre' } },
  { index: 0, function: { arguments: 'ad"}' } },
].map((tool) => ({ choices: [{ index: 0, delta: { tool_calls: [tool] } }] }));

function bodyOf(chunks) {
  const events = chunks.map((chunk) => `event: ${chunk.type}\ndata: ${JSON.stringify(chunk)}\n\n`);
  return new TextEncoder().encode(events.join(""));
}

/** The body of a response, and the same in pieces that cut characters and lines. */
async function readBoth(chunks, decode) {
  const bytes = bodyOf(chunks);
  const pieces = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, index) =>
    bytes.slice(index * 7, index * 7 + 7),
  );
  const chained = new Response(bytes).body.pipeThrough(decodeSse()).pipeThrough(decode());
  return [
    (await readAll(chained.pipeThrough(text()))).join(""),
    (await readAll(pipe(pieces, decodeSse(), decode(), text()))).join(""),
  ];
}

const said = ["Good mörning 🌊", "Good mörning 🌊"];

export const answers = {
  async "An answer of OpenAI's chat API becomes text"() {
    equal(await readBoth(chat, decodeOpenaiChat), said);
  },

  async "An answer of Anthropic's API becomes text"() {
    equal(await readBoth(anthropic, decodeAnthropic), said);
  },

  async "An answer of Gemini's API becomes text"() {
    equal(await readBoth(gemini, decodeGemini), said);
  },

  async "An object grows out of a tool call"() {
    const parts = run(decodeOpenaiChat(), call);
    const drafts = run(partialJson(), run(toolInput("save"), parts));
    equal(
      drafts.map(({ value, complete }) => [value, complete]),
      [
        [{ name: "Bre" }, false],
        [{ name: "Bread" }, true],
      ],
    );
  },

  async "A model is asked, and what it says collected"() {
    const requests = [];
    const headers = { "content-type": "text/event-stream" };
    const fetch = async (...request) => {
      requests.push(new Request(...request));
      return new Response(bodyOf(chat), { headers });
    };
    const model = openaiChat({ apiKey: "secret", model: "any", fetch });
    const answer = await collect(await ask(model, "Well?"));
    equal([answer.text, answer.finishReason], ["Good mörning 🌊", "stop"]);
    equal(requests[0].headers.get("authorization"), "Bearer secret");
    equal((await requests[0].json()).messages, [{ role: "user", content: "Well?" }]);
  },

  async "A refusal is a typed error"() {
    const fetch = async () => new Response("Busy", { status: 503 });
    const model = openaiChat({ apiKey: "secret", model: "any", fetch });
    const error = await failureOf(ask(model, "Well?", { retry: { attempts: 1 } }));
    equal([error instanceof ProviderError, error.kind], [true, "overloaded"]);
  },
};
