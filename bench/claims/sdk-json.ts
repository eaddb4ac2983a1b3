import { pipe } from "@millrace/core";
import { partialJson } from "@millrace/parsers";
import { text, toolInput } from "@millrace/parts";
import { ask } from "@millrace/providers";
import { anthropic } from "@millrace/providers/anthropic";
import { openaiChat } from "@millrace/providers/openai-chat";
import { articleText, deltasOf } from "../contenders/partial-json.ts";
import { ours, peer, rowsOf, type Claim } from "./claim.ts";
import { growthOf } from "./growth.ts";
import { chatOf, framesOf, toolCallOf } from "./sdk-answers.ts";

/** Asks for an answer that is JSON in these deltas, and takes each value of it on the way. */
type Asker = (deltas: readonly string[], take: (value: unknown) => void) => Promise<void>;

const TOOL = "write_article";
const LENGTH = 8_192;
const KEY = { apiKey: "none" };
const QUIET = { maxRetries: 0, logLevel: "off" };
const MESSAGES = [{ role: "user", content: "Write" }];

const askers = [
  ours<Asker>("`partialJson` behind `text`", async (deltas, take) => {
    const provider = openaiChat({ ...KEY, model: "m", fetch: answering(chatOf(deltas)) });
    const drafts = pipe(await ask(provider, "Write"), text(), partialJson());
    for await (const { value } of drafts) take(value);
  }),
  ours<Asker>("`partialJson` behind `toolInput`", async (deltas, take) => {
    const fetch = answering(toolCallOf(TOOL, deltas));
    const parts = await ask(anthropic({ ...KEY, model: "m", fetch }), "Write");
    for await (const { value } of pipe(parts, toolInput(TOOL), partialJson())) take(value);
  }),
  peer<Asker>(
    ["openai", "openai/lib/parser"],
    ({ OpenAI }: OpenaiModule, { makeParseableResponseFormat }: OpenaiParser) =>
      async (deltas, take) => {
        const client = new OpenAI({ ...KEY, ...QUIET, fetch: answering(chatOf(deltas)) });
        const format = { type: "json_schema", json_schema: { name: "a", schema: {} } };
        const response_format = makeParseableResponseFormat(format, (all) => JSON.parse(all));
        const body = { model: "m", messages: MESSAGES, response_format };
        const stream = client.chat.completions.stream(body);
        stream.on("content.delta", ({ parsed }) => take(parsed));
        await stream.finalContent();
      },
    "`content.delta` of `chat.completions.stream`",
  ),
  peer<Asker>(
    "@anthropic-ai/sdk",
    ({ Anthropic }: AnthropicModule) =>
      async (deltas, take) => {
        const fetch = answering(toolCallOf(TOOL, deltas));
        const client = new Anthropic({ ...KEY, ...QUIET, fetch });
        const body = { model: "m", max_tokens: 9, messages: MESSAGES };
        const stream = client.messages.stream(body);
        stream.on("inputJson", (_, value) => take(value));
        await stream.finalMessage();
      },
    "`inputJson` of `messages.stream`",
  ),
];

export const growingJson: Claim = {
  name: "growing-json",
  head: ["by", "deltas behind which there is a value", "time for _n_ characters"],
  byHand: true,
  rows: rowsOf(askers, async (ask) => {
    const deltas = deltasOf(articleText(LENGTH));
    let values = 0;
    await ask(deltas, (value) => {
      if (value !== null && value !== undefined) values++;
    });
    const share = Math.round((100 * values) / deltas.length);
    const growth = await growthOf((size) => {
      return ask(deltasOf(articleText(size)), () => undefined);
    });
    return [`${String(share)} %`, growth];
  }),
};

function answering(answer: Parameters<typeof framesOf>[0]): typeof fetch {
  const body = framesOf(answer).join("");
  const headers = { "content-type": "text/event-stream" };
  return () => Promise.resolve(new Response(body, { headers }));
}

interface OpenaiModule {
  OpenAI: new (options: object) => {
    chat: {
      completions: {
        stream: (body: object) => {
          on: (event: string, hear: (delta: { parsed: unknown }) => void) => void;
          finalContent: () => Promise<unknown>;
        };
      };
    };
  };
}
interface OpenaiParser {
  makeParseableResponseFormat: (format: object, parse: (text: string) => unknown) => object;
}
interface AnthropicModule {
  Anthropic: new (options: object) => {
    messages: {
      stream: (body: object) => {
        on: (event: string, hear: (delta: string, value: unknown) => void) => void;
        finalMessage: () => Promise<unknown>;
      };
    };
  };
}
