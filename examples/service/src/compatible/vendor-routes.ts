import { pipe, run } from "@millrace/core";
import { collect, type Part } from "@millrace/parts";
import { namedProviders } from "@millrace/providers/named";
import { sseResponse } from "@millrace/sse";
import { Hono } from "hono";
import { brokenAnswer } from "../refusal.ts";
import { invalid } from "../request.ts";
import { chosenModels, openPrompt, type Upstream } from "../upstream.ts";
import { anthropicApi } from "./anthropic.ts";
import { openaiChatApi } from "./openai-chat.ts";
import { openaiResponsesApi } from "./openai-responses.ts";
import type { VendorApi, VendorQuestion, WireObject } from "./vendor-api.ts";

const APIS: Readonly<Record<string, VendorApi>> = {
  "/v1/chat/completions": openaiChatApi,
  "/v1/responses": openaiResponsesApi,
  "/v1/messages": anthropicApi,
};

export interface VendorRoutesOptions {
  upstream: Upstream;
  /** Milliseconds of silence until a client hears that it is still connected. */
  heartbeat: number;
}

/** What the SDKs of OpenAI and Anthropic ask: a client that goes away cancels the answer. */
export function vendorRoutes({ upstream, heartbeat }: VendorRoutesOptions): Hono {
  const routes = new Hono();
  for (const [path, api] of Object.entries(APIS)) {
    routes.post(path, async (context) => {
      const question = api.read(await context.req.text());
      refuseForeign(question, api.wire, upstream);
      const { raw } = context.req;
      const parts = await openPrompt(upstream, question, raw.signal);
      if (!question.stream) return context.json(await whole(parts, question, api));
      // None of these clients comes back with what it has seen.
      const request = { method: raw.method, signal: raw.signal, headers: new Headers() };
      const { format } = api;
      return sseResponse(pipe(parts, question.encode()), { request, format, heartbeat });
    });
  }
  return routes;
}

/** A setting that only one format has would be lost on an upstream of another, or refused by it. */
function refuseForeign(
  { prompt, model }: VendorQuestion,
  wire: string,
  { models }: Upstream,
): void {
  const [field] = Object.keys(prompt.body ?? {});
  if (field === undefined) return;
  const foreign = chosenModels(models, model).find(({ provider }) => formatOf(provider) !== wire);
  if (foreign === undefined) return;
  const name = `${foreign.provider}:${foreign.model}`;
  throw invalid(field, `${name}, which may be asked, has no such setting`);
}

function formatOf(provider: string): string | undefined {
  const known: Readonly<Record<string, { format: string }>> = namedProviders;
  return Object.hasOwn(known, provider) ? known[provider]?.format : undefined;
}

/** The answer in one piece: what the stream would have said, put together. */
async function whole(
  parts: ReadableStream<Part>,
  { encode }: VendorQuestion,
  { whole }: VendorApi,
): Promise<object> {
  const { error, parts: all } = await collect(parts, { parts: true });
  if (error !== undefined) throw brokenAnswer(error);
  const events = run(encode(), withoutVoid(all)).flatMap((event): WireObject[] => {
    const data = typeof event === "string" ? event : event.data;
    return data === "[DONE]" ? [] : [JSON.parse(data) as WireObject];
  });
  return whole(events);
}

/** Nobody has seen what was taken back. */
function withoutVoid(parts: readonly Part[]): Part[] {
  const taken = new Set(parts.flatMap((part) => (part.type === "reset" ? part.blocks : [])));
  return parts.filter((part) => part.type !== "reset" && !taken.has(blockOf(part) ?? ""));
}

function blockOf(part: Part): string | undefined {
  if (part.type === "tool-call") return part.toolCallId;
  return "id" in part ? part.id : undefined;
}
