import { sseResponse } from "@millrace/sse";
import { aiSdkUi } from "@millrace/ui";
import { Hono, type Context } from "hono";
import { resumeFailure } from "../resumable.ts";
import { invalid, readRequest } from "../request.ts";
import { isResumeError, type ReplayedEntry } from "@millrace/resume";
import { chatChunks, type AiSdkVersion, type ChatItem } from "./ui-chat-chunks.ts";
import { chatAnswers, type ChatAnswersOptions } from "./ui-chat-answers.ts";
import { uiChatRequest } from "./ui-chat-request.ts";

const VERSION = "x-ai-sdk-version";
const OLDEST: AiSdkVersion = 5; // later clients read it as well

export interface UiChatRoutesOptions extends ChatAnswersOptions {
  /** Milliseconds of silence until a client hears that it is still connected. */
  heartbeat: number;
}

/**
 * A chat of the AI SDK. An answer does not need its client, who comes back to it by the chat's id; so
 * stopping is a request of its own.
 */
export function uiChatRoutes({ heartbeat, ...options }: UiChatRoutesOptions): Hono {
  const routes = new Hono();
  const answers = chatAnswers(options);

  routes.post("/v1/ui/chat", async (context) => {
    const version = versionOf(context);
    const request = readRequest(uiChatRequest, await context.req.text());
    return respond(await answers.begin(request, context.req.raw.signal), version, context);
  });
  routes.get("/v1/ui/chat/:id/stream", async (context) => {
    const version = versionOf(context);
    const entries = await answers.resume(context.req.param("id")).catch(refuse);
    return entries === undefined ? context.body(null, 204) : respond(entries, version, context);
  });
  routes.delete("/v1/ui/chat/:id/stream", async (context) => {
    const stopped = await answers.stop(context.req.param("id")).catch(refuse);
    return context.json({ stopped });
  });
  return routes;

  /** Always from the beginning: the client makes its message anew. */
  function respond(
    entries: ReadableStream<ReplayedEntry<ChatItem>>,
    version: AiSdkVersion,
    { req: { raw } }: Context,
  ): Response {
    const request = { method: raw.method, signal: raw.signal, headers: new Headers() };
    const encode = () => chatChunks(version);
    return sseResponse(entries, { request, encode, format: aiSdkUi, heartbeat });
  }
}

/** No version of the client says which it is: the application does, in the transport's `headers`. */
function versionOf(context: Context): AiSdkVersion {
  const said = context.req.header(VERSION);
  if (said === undefined) return OLDEST;
  const version = VERSIONS.get(said);
  if (version === undefined) throw invalid(VERSION, "expected 5, 6 or 7");
  return version;
}

const VERSIONS = new Map<string, AiSdkVersion>([
  ["5", 5],
  ["6", 6],
  ["7", 7],
]);

function refuse(error: unknown): never {
  throw isResumeError(error) ? resumeFailure(error) : error;
}
