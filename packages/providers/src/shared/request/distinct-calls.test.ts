import { expect, test } from "vitest";
import { anthropic } from "../../anthropic/index.ts";
import { bedrock, bedrockInvoke, decodeConverse, type InvokeFamily } from "../../bedrock/index.ts";
import { cohere } from "../../cohere/index.ts";
import { gemini } from "../../gemini/index.ts";
import { geminiInteractions } from "../../gemini-interactions/index.ts";
import { mistral } from "../../mistral/index.ts";
import { ollama } from "../../ollama/index.ts";
import { azureOpenai, openaiChat } from "../../openai-chat/index.ts";
import { openaiResponses } from "../../openai-responses/index.ts";
import type { Message } from "../../prompt.ts";
import type { ProviderConfig } from "../../provider.ts";
import { bodyOf } from "../../prompts.fixture.ts";

/** Two rounds of tools with these ids. */
function rounds(...ids: [string, string]): Message[] {
  return ids.flatMap((toolCallId, round): Message[] => [
    { role: "user", content: "Well?" },
    {
      role: "assistant",
      content: [{ type: "tool-call", toolCallId, toolName: `f${round}`, input: {} }],
    },
    { role: "tool", content: [{ type: "tool-result", toolCallId, result: round }] },
  ]);
}

/** A family of a user's own, which knows nothing of this. */
const family: InvokeFamily = {
  body: ({ messages }) => ({ messages }),
  decode: decodeConverse,
};
const azure = () => azureOpenai({ endpoint: "https://r.example", deployment: "d" });
const invoke = (config: ProviderConfig) => bedrockInvoke({ ...config, family });
const some = { anthropic, azure, bedrock, cohere, geminiInteractions, invoke, mistral };
const others = { gemini, ollama, openaiChat, openaiResponses };

test.each(Object.entries({ ...some, ...others }))(
  "%s tells apart the calls of answers that have the same ids",
  async (_, make) => {
    const model = make({ model: "m" });
    expect(await bodyOf(model, { messages: rounds("tool-0", "tool-0") })).toEqual(
      await bodyOf(model, { messages: rounds("tool-0", "tool-0-2") }),
    );
  },
);
