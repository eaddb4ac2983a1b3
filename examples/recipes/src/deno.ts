import { sseResponse } from "@millrace/sse";
import { answer } from "./answer.ts";
import { model } from "./model.ts";

/** What `deno serve` serves. */
export default {
  fetch(request: Request): Response {
    const { pathname, searchParams } = new URL(request.url);
    const question = searchParams.get("question");
    if (pathname !== "/answer")
      return new Response("Not found", { status: 404 });
    if (question === null)
      return new Response("Ask /answer?question=…", { status: 400 });
    return sseResponse(({ signal }) => answer(model, question, signal), {
      request,
    });
  },
};
