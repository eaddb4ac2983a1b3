import { expect, test } from "vitest";
import { anthropic } from "../../anthropic/index.ts";
import { bedrock } from "../../bedrock/index.ts";
import { cohere } from "../../cohere/index.ts";
import { gemini } from "../../gemini/index.ts";
import { geminiInteractions } from "../../gemini-interactions/index.ts";
import { mistral } from "../../mistral/index.ts";
import { ollama } from "../../ollama/index.ts";
import { openaiChat } from "../../openai-chat/index.ts";
import { openaiResponses } from "../../openai-responses/index.ts";
import { bodyOf } from "../../prompts.fixture.ts";

const all = { anthropic, bedrock, cohere, gemini, geminiInteractions, mistral, ollama };

test.each(Object.entries({ ...all, openaiChat, openaiResponses }))(
  "%s is sent no empty list of tools or stops, nor a choice of no tool",
  async (_, make) => {
    const messages = [{ role: "user", content: "Well?" }] as const;
    const model = make({ model: "m" });
    const bare = await bodyOf(model, { messages });
    expect(await bodyOf(model, { messages, tools: [], stop: [] })).toEqual(bare);
    for (const toolChoice of ["auto", "none"] as const) {
      expect(await bodyOf(model, { messages, tools: [], toolChoice })).toEqual(bare);
    }
  },
);

test.each(Object.entries({ ...all, openaiChat, openaiResponses }))(
  "%s is sent nothing of what is undefined, as where a request of others leaves it open",
  async (_, make) => {
    const messages = [{ role: "user", content: "Well?" }] as const;
    const model = make({ model: "m" });
    const open = {
      toolChoice: undefined,
      temperature: undefined,
      topP: undefined,
      stop: undefined,
    };
    const tool = { name: "turn", description: undefined, inputSchema: undefined };
    const prompt = { messages, ...open, maxOutputTokens: undefined, body: undefined };
    expect(await bodyOf(model, prompt)).toEqual(await bodyOf(model, { messages }));
    expect(await bodyOf(model, { ...prompt, tools: [tool] })).toEqual(
      await bodyOf(model, { messages, tools: [{ name: "turn" }] }),
    );
  },
);
