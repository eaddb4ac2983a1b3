import { map, pipe } from "@millrace/core";
import { text, type Part } from "@millrace/parts";
import { ask, ProviderError } from "@millrace/providers";
import { openaiChat } from "@millrace/providers/openai-chat";
import { sseResponse } from "@millrace/sse";
import { error } from "@sveltejs/kit";
import type { RequestHandler } from "./$types";

// In place of one that plays answers put yours: `{ apiKey, model }`. What
// is imported here never reaches a page.
const model = openaiChat({
  baseURL: process.env.MODEL_URL ?? "http://localhost:8080/v1",
  model: "replay",
});

export const GET: RequestHandler = ({ url, request }) => {
  const question =
    url.searchParams.get("question") ?? error(400, "Ask ?question=…");

  // The function is called when the client reads; the signal aborts when
  // it leaves.
  return sseResponse(
    async ({ signal }) =>
      pipe(await ask(model, question, { signal }), map(failing), text()),
    { request },
  );
};

/**
 * Lets the stream fail where the model does, so that no client takes a
 * part for the whole.
 */
function failing(part: Part): Part {
  if (part.type !== "error") return part;
  throw new ProviderError({ provider: model.name, error: part.error });
}
