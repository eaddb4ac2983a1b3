import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { sentences } from "@millrace/buffers";
import { pipe } from "@millrace/core";
import { partialJson } from "@millrace/parsers";
import { streamText } from "ai";

const models = createOpenAICompatible({
  name: "mill",
  baseURL: process.env["MODEL_URL"] ?? "http://localhost:8080/v1",
});

// `streamText` stays. In place of `experimental_transform:
// smoothStream()`, whose words depend on how the network cut the text:
const prose = streamText({
  model: models("replay"),
  prompt: "How does a mill work?",
});
const spoken = pipe(prose.textStream, sentences({ trim: true }));
for await (const sentence of spoken) console.log(sentence);

// In place of `partialOutputStream`, which parses all of the text again
// at each delta:
const json = streamText({
  model: models("replay"),
  prompt: "A recipe for bread, as JSON.",
});
const drafts = pipe(
  json.textStream,
  partialJson<{ name: string; steps: string[] }>(),
);
for await (const { value, complete } of drafts) {
  console.log(complete ? value.steps.length : value.name);
}
