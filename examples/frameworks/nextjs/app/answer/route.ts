import { pipe } from "@millrace/core";
import { text } from "@millrace/parts";
import { ask } from "@millrace/providers";
import { openaiChat } from "@millrace/providers/openai-chat";
import { sseResponse } from "@millrace/sse";

// In place of one that plays answers put yours: `{ apiKey, model }`. What
// is imported here never reaches a page.
const model = openaiChat({
  baseURL: process.env.MODEL_URL ?? "http://localhost:8080/v1",
  model: "replay",
});

export function GET(request: Request): Response {
  const question = new URL(request.url).searchParams.get("question");
  if (question === null)
    return new Response("Ask ?question=…", { status: 400 });

  // The function is called when the client reads; the signal aborts when
  // it leaves. Where the model fails, so does the stream: no client takes
  // a part of an answer for the whole.
  return sseResponse(
    async ({ signal }) =>
      pipe(await ask(model, question, { signal }), text({ throw: true })),
    { request },
  );
}
