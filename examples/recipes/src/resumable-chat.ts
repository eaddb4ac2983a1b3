import { serve } from "@hono/node-server";
import type { Part } from "@millrace/parts";
import { ask } from "@millrace/providers";
import {
  isResumeError,
  memoryStore,
  record,
  replay,
  stop,
} from "@millrace/resume";
import { sseResponse } from "@millrace/sse";
import { aiSdkUi, encodeAiSdkUi } from "@millrace/ui";
import { Hono, type Context } from "hono";
import { model } from "./model.ts";

// With several processes `redisStore(…)`, and nothing else changes.
const store = memoryStore();
const app = new Hono();
const format = { encode: () => encodeAiSdkUi(), format: aiSdkUi };

/**
 * Begins an answer. Sent again, it asks no model twice: it reads what the
 * first one records. Who has a part of an answer gets the rest of that one,
 * never of another: should it be lost, a 404.
 */
app.post("/answers/:id", async (context) => {
  const { req, body } = context;
  if (req.header("last-event-id") !== undefined) return goOn(context);
  const { question } = await req.json<{ question?: unknown }>();
  if (typeof question !== "string") return body("question: a text", 400);
  const place = { id: req.param("id"), store };
  const entries = record.entries<Part>(
    ({ signal }) => ask(model, question, { signal }),
    place,
  );
  return sseResponse(entries, { request: req.raw, ...format });
});

app.get("/answers/:id", goOn);

/**
 * The stop button, from any process: the request to the model is ended.
 */
app.delete("/answers/:id", async ({ req, body }) => {
  const isStopped = await stop({
    id: req.param("id"),
    store,
    reason: "Stopped by its user.",
  });
  return body(null, isStopped ? 204 : 404);
});

/** Goes on behind the last event that a client has. */
async function goOn({ req, body }: Context<object, "/answers/:id">) {
  const after = req.header("last-event-id") ?? null;
  const place = { id: req.param("id"), store, after };
  try {
    await replay.check(place);
  } catch (error) {
    if (!isResumeError(error)) throw error;
    return body(error.message, error.status as 400 | 404 | 410);
  }
  const entries = replay.entries<Part>({ ...place, whole: true });
  return sseResponse(entries, { request: req.raw, ...format });
}

serve(
  { fetch: app.fetch, port: Number(process.env["PORT"] ?? 3000) },
  ({ port }) => {
    console.log(`http://localhost:${port}`);
  },
);
