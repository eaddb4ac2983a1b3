import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { map, pipe } from "@millrace/core";
import { continueAnswer, type Part } from "@millrace/parts";
import { ask } from "@millrace/providers";
import { openaiChat } from "@millrace/providers/openai-chat";
import { isResumeError, record, replay, status, stop, takeOver } from "@millrace/resume";
import { redisStore } from "@millrace/resume/redis";
import { sendSse } from "@millrace/sse/node";
import { acceptSockets } from "@millrace/ws/node";
import { createClient } from "@redis/client";

// A service of which there are several, on one Redis. An answer that one of them streams can be read,
// stopped and gone on with through any other.

const [redisPort, upstream, whoTakesOver] = process.argv.slice(2);
const GRACE = 4_000; // ms that an answer may be without a producer
const TIMES = { lease: 1_000, grace: GRACE };

const redis = createClient({ socket: { port: Number(redisPort), host: "127.0.0.1" } });
redis.on("error", () => undefined);
const store = redisStore(await redis.connect());
const provider = openaiChat({ baseURL: `${upstream}/v1`, apiKey: "none", model: "prose" });
const QUESTION = "What is a mill race?";

/** Begins an answer, which goes on whether the client stays or not. */
function begin(id: string): ReadableStream<Part> {
  return record<Part>(({ signal }) => ask(provider, QUESTION, { signal }), { ...TIMES, id, store });
}

/** Goes on with an answer whose producer died, if this service is one that does. */
async function goOn(id: string): Promise<void> {
  if (whoTakesOver !== "takes-over") return;
  while ((await status({ id, store })).state === "live") {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const rest = takeOver<Part>({ ...TIMES, id, store }, async (soFar, { signal }) => {
    const parts: Part[] = [];
    for await (const part of soFar) parts.push(part);
    return pipe(await ask(provider, QUESTION, { signal }), continueAnswer(parts));
  });
  void rest.cancel();
}

async function send(id: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const after = request.headers["last-event-id"]?.toString();
  try {
    await replay.check({ id, store, after });
  } catch (error) {
    if (!isResumeError(error)) throw error;
    response.writeHead(error.status).end();
    return;
  }
  void goOn(id);
  await sendSse(response, replay.entries<Part>({ ...TIMES, id, store, after, whole: true }), {
    encode: () => map((part: Part) => JSON.stringify(part)),
    onError: (error) => ({
      type: "failed",
      data: isResumeError(error) ? error.code : String(error),
    }),
  });
}

const server = createServer((request, response) => {
  const [, id = "", action] = (request.url ?? "").split("/");
  const key = `${request.method ?? ""} ${action ?? ""}`;
  const answer = (state: number) => void response.writeHead(state).end();
  if (key === "POST ") {
    void begin(id).cancel();
    answer(202);
  } else if (key === "POST stop") void stop({ id, store }).then((was) => answer(was ? 202 : 404));
  else if (key === "GET ") void send(id, request, response);
  else answer(404);
});
acceptSockets(server, (_, { stream }) => begin(stream!), {
  async attach(id, after) {
    if ((await status({ id, store })).state === "missing") return undefined;
    void goOn(id);
    return replay.entries<Part>({ ...TIMES, id, store, after });
  },
  cancel: (id) => stop({ id, store }),
});
server.listen(0, "127.0.0.1", () => console.log(JSON.stringify(server.address())));
