import { expect, test } from "vitest";
import { bodyOf, FILES, PICTURES, requestOf, ROUND, SETTINGS } from "../prompts.fixture.ts";
import { mistral } from "./index.ts";

const model = mistral({ model: "m", apiKey: "secret" });

test("Mistral is asked in its dialect: ids of nine letters, a limit, no wish for the usage", async () => {
  const { url } = await requestOf(model, ROUND);
  expect(url).toBe("https://api.mistral.ai/v1/chat/completions");
  const body = (await bodyOf(model, ROUND)) as { messages: { tool_calls?: { id: string }[] }[] };
  expect(body).not.toHaveProperty("stream_options");
  expect(body.messages[2]!.tool_calls!.map(({ id }) => id)).toEqual(["call00001", "call00002"]);
  expect(body.messages.slice(3)).toMatchObject([
    { tool_call_id: "call00001" },
    { tool_call_id: "call00002" },
  ]);
  expect(await bodyOf(model, { ...SETTINGS, toolChoice: "required" })).toMatchObject({
    max_tokens: 99,
    tool_choice: "any",
  });
});

test("Mistral goes on with a message of the assistant's", async () => {
  expect(await bodyOf(model, { messages: [{ role: "assistant", content: "It " }] })).toMatchObject({
    messages: [{ role: "assistant", content: "It ", prefix: true }],
  });
  const messages = [{ role: "assistant", content: "" } as const];
  expect(await bodyOf(model, { messages })).toHaveProperty("messages", []); // which it would refuse
});

test("Mistral has sounds and documents in a way of its own", async () => {
  const remote = {
    type: "file",
    mediaType: "audio/mpeg",
    data: { type: "url", url: "https://a.example/c" },
  } as const;
  const [message] = FILES.messages;
  const messages = [message!, { role: "user", content: [remote] } as const];
  expect(await bodyOf(model, { messages })).toMatchObject({
    messages: [
      {
        content: [
          { type: "input_audio", input_audio: "AAAA" },
          {
            type: "document_url",
            document_url: "data:application/pdf;base64,BBBB",
            document_name: "b.pdf",
          },
        ],
      },
      { content: [{ type: "input_audio", input_audio: "https://a.example/c" }] },
    ],
  });
  expect(await bodyOf(model, PICTURES)).toMatchObject({
    messages: [{ content: [{ type: "text" }, { type: "image_url" }, { type: "image_url" }] }],
  });
});
