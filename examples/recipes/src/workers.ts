import { openaiChat } from "@millrace/providers/openai-chat";
import { sseResponse } from "@millrace/sse";
import { answer } from "./answer.ts";

/**
 * The variables of the Worker, in `wrangler.jsonc`, and its secrets:
 * `wrangler secret put MODEL_KEY`.
 */
interface Env {
  MODEL_URL: string;
  MODEL_NAME: string;
  MODEL_KEY?: string;
}

export default {
  fetch(request: Request, env: Env): Response {
    const { pathname, searchParams } = new URL(request.url);
    const question = searchParams.get("question");
    if (pathname !== "/answer")
      return new Response("Not found", { status: 404 });
    if (question === null)
      return new Response("Ask /answer?question=…", { status: 400 });
    const model = openaiChat({
      baseURL: env.MODEL_URL,
      model: env.MODEL_NAME,
      ...(env.MODEL_KEY !== undefined && { apiKey: env.MODEL_KEY }),
    });
    // The Worker lives for as long as the client reads. To wait for the
    // model costs it no CPU time.
    return sseResponse(({ signal }) => answer(model, question, signal), {
      request,
    });
  },
};
