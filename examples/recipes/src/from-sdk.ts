import { words } from "@millrace/buffers";
import { pipe } from "@millrace/core";
import { onText } from "@millrace/parts";
import { decodeOpenaiChat } from "@millrace/providers/openai-chat";
import OpenAI from "openai";

const openai = new OpenAI({
  apiKey: process.env["OPENAI_API_KEY"] ?? "none",
  baseURL: process.env["MODEL_URL"] ?? "http://localhost:8080/v1",
});
const chunks = await openai.chat.completions.create({
  model: "gpt-4o-mini",
  messages: [{ role: "user", content: "How does a mill work?" }],
  stream: true,
});

// Before:
//   for await (const chunk of chunks) {
//     process.stdout.write(chunk.choices[0]?.delta?.content ?? "");
//   }
// It shows pieces of words, gives up tool calls, and takes an answer that
// the server ended too early for a whole one.
const parts = pipe(
  chunks,
  decodeOpenaiChat(),
  onText(() => words()),
);

try {
  for await (const part of parts) {
    if (part.type === "text-delta") process.stdout.write(part.delta);
    if (part.type === "tool-call") console.log(part.toolName, part.input);
    if (part.type !== "finish") continue;
    console.log(`\n(${part.finishReason.unified})`);
  }
} catch (error) {
  // The connection was lost, and `finish` has not said `stop`.
  console.log((error as Error).message);
}
