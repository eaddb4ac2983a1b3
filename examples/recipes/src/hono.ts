import { serve } from "@hono/node-server";
import { sseResponse } from "@millrace/sse";
import { Hono } from "hono";
import { answer } from "./answer.ts";
import { model } from "./model.ts";

const app = new Hono();

app.get("/answer", ({ req, text }) => {
  const question = req.query("question");
  if (question === undefined) return text("Ask /answer?question=…", 400);
  // The function is called when the client reads; the signal aborts when
  // it leaves.
  return sseResponse(({ signal }) => answer(model, question, signal), {
    request: req.raw,
  });
});

// Node.js needs this adapter. Bun, Deno and Workers take the app as it
// is: `export default app`.
serve(
  { fetch: app.fetch, port: Number(process.env["PORT"] ?? 3000) },
  ({ port }) => {
    console.log(`http://localhost:${port}`);
  },
);
