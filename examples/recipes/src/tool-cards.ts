import { serve } from "@hono/node-server";
import { pipe } from "@millrace/core";
import { ask } from "@millrace/providers";
import { sseResponse } from "@millrace/sse";
import { aiSdkUi, encodeAiSdkUi } from "@millrace/ui";
import { build } from "esbuild";
import { Hono } from "hono";
import { z } from "zod";
import { model } from "./model.ts";

const tools = [
  {
    name: "book_mill",
    description: "Books a mill for a day.",
    inputSchema: z.object({ mill: z.string(), day: z.string() }),
  },
];
const prompt = {
  messages: [
    { role: "user", content: "Book two mills for Monday." } as const,
  ],
  tools,
};

const { outputFiles } = await build({
  entryPoints: [new URL("tool-cards.page.ts", import.meta.url).pathname],
  conditions: ["@millrace/source"], // in a project of yours: not needed
  bundle: true,
  format: "esm",
  write: false,
});

const app = new Hono();
app.post("/answer", ({ req }) =>
  sseResponse(
    async ({ signal }) =>
      pipe(await ask(model, prompt, { signal }), encodeAiSdkUi()),
    { request: req.raw, format: aiSdkUi },
  ),
);
app.get("/page.js", ({ body }) =>
  body(outputFiles[0]!.text, 200, { "content-type": "text/javascript" }),
);
app.get("/", ({ html }) =>
  html(`<!doctype html>
<html lang="en">
  <title>Calls of tools</title>
  <style>[data-state="writing"] { opacity: 0.6 }</style>
  <main></main>
  <script type="module" src="/page.js"></script>
</html>`),
);
serve(
  { fetch: app.fetch, port: Number(process.env["PORT"] ?? 3000) },
  ({ port }) => {
    console.log(`http://localhost:${port}`);
  },
);
