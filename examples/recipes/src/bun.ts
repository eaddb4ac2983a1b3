import { sseResponse } from "@millrace/sse";
import { answer } from "./answer.ts";
import { model } from "./model.ts";

/** What Bun serves when it runs this file. */
export default {
  port: Number(process.env["PORT"] ?? 3000),
  // Seconds. By default Bun ends a connection that is silent for 10. A
  // model may think for longer, and the first comment that keeps it alive
  // comes after 15.
  idleTimeout: 60,
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
