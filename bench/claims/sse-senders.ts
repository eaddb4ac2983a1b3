import { run } from "@millrace/core";
import { encodeSse, type SseMessage } from "@millrace/sse";
import { interpret } from "../../packages/sse/src/oracle.fixture.ts";
import { ours, peer, rowsOf, type Claim } from "./claim.ts";

/** What a message is made of, whatever a library calls it. */
interface Message {
  data: string;
  type?: string;
  id?: string;
  retry?: number;
  comment?: string;
}

/** The text that is sent for a message. */
type Sender = ((message: Message) => string | Promise<string>) & { lacks?: readonly Field[] };
type Field = keyof Message;

const FIELDS: readonly Field[] = ["data", "type", "id", "retry", "comment"];
const LINE_ENDS = { LF: "\n", CR: "\r", CRLF: "\r\n" };
const FORGED = "forged";
/** By default their data is JSON. */
const AS_TEXT = "`serializer: String`";

const senders = [
  ours<Sender>("`encodeSse`", ({ data, ...rest }) => {
    return run(encodeSse(), [{ data, ...rest } as SseMessage]).join("");
  }),
  peer<Sender>("h3", ({ H3, createEventStream }: H3Module) => (message) => {
    const app = new H3().get("/", (event) => {
      const stream = createEventStream(event);
      const { data, type, id, retry, comment } = message;
      const write = async () => {
        if (comment !== undefined) await stream.pushComment(comment);
        await stream.push({ data, event: type, id, retry });
        await stream.close();
      };
      void write();
      return stream.send();
    });
    return textOf(app.request("/"));
  }),
  peer<Sender>(["hono/streaming", "hono"], ({ streamSSE }: Streaming, { Hono }: HonoModule) => {
    const send = async ({ data, type, id, retry }: Message) => {
      let refusal: unknown;
      const app = new Hono().get("/", (context) =>
        streamSSE(context, async (stream) => {
          await stream
            .writeSSE({ data, event: type, id, retry })
            .catch((error: unknown) => (refusal = error));
        }),
      );
      const text = await textOf(app.request("/"));
      if (refusal !== undefined) throw refusal as Error;
      return text;
    };
    return Object.assign(send, { lacks: ["comment"] as const });
  }),
  peer<Sender>(["@fastify/sse", "fastify"], byFastify()),
  peer<Sender>(["@fastify/sse", "fastify"], byFastify(String), AS_TEXT),
  peer<Sender>("better-sse", byBetterSse()),
  peer<Sender>("better-sse", byBetterSse(String), AS_TEXT),
];

export const sseSenders: Claim = {
  name: "senders",
  head: ["library", ...FIELDS],
  rows: rowsOf(senders, (send) => Promise.all(FIELDS.map((field) => attack(send, field)))),
};

/** Tries to put a whole event into one field of another. */
async function attack(send: Sender, field: Field): Promise<string> {
  if (send.lacks?.includes(field) === true) return "–";
  const broken: string[] = [];
  let refusals = 0;
  for (const [name, end] of Object.entries(LINE_ENDS)) {
    const value = `1${end}event: ${FORGED}${end}data: ${FORGED}${end}${end}`;
    // A number, says its type: what comes from a request or a model is a string all the same.
    const message = { data: "true", [field]: value };
    try {
      const sent = interpret(await send(message));
      if (sent.some(({ type }) => type === FORGED)) broken.push(name);
    } catch {
      refusals++;
    }
  }
  if (broken.length > 0) return `forged by ${broken.join(", ")}`;
  return refusals === 0 ? "harmless" : "refused";
}

function byFastify(serializer?: typeof String) {
  return ({ default: plugin }: Sse, { default: fastify }: Fastify): Sender => {
    const send = async ({ data, type, id, retry }: Message) => {
      const app = fastify();
      await app.register(plugin);
      let refusal: unknown;
      app.get("/", { sse: serializer === undefined ? true : { serializer } }, async (_, reply) => {
        await reply.sse
          .send({ data, event: type, id, retry })
          .catch((error: unknown) => (refusal = error));
      });
      const { body } = await app.inject({ url: "/", headers: { accept: "text/event-stream" } });
      await app.close();
      if (refusal !== undefined) throw refusal as Error;
      return body;
    };
    return Object.assign(send, { lacks: ["comment"] as const });
  };
}

function byBetterSse(serializer?: typeof String) {
  return ({ createEventBuffer }: BetterSse): Sender =>
    ({ data, type, id, retry, comment }) => {
      const buffer = createEventBuffer({ serializer });
      if (comment !== undefined) buffer.comment(comment);
      if (type !== undefined) buffer.event(type);
      if (id !== undefined) buffer.id(id);
      if (retry !== undefined) buffer.retry(retry);
      return buffer.data(data).dispatch().read();
    };
}

async function textOf(response: Response | Promise<Response>): Promise<string> {
  return (await response).text();
}

interface Fields {
  data: string;
  event: string | undefined;
  id: string | undefined;
  retry: number | undefined;
}
interface H3Module {
  H3: new () => App<unknown, unknown>;
  createEventStream: (event: unknown) => {
    push: (message: Fields) => Promise<void>;
    pushComment: (comment: string) => Promise<void>;
    close: () => Promise<void>;
    send: () => unknown;
  };
}
interface App<Context, Answer> {
  get: (path: string, answer: (context: Context) => Answer) => App<Context, Answer>;
  request: (path: string) => Response | Promise<Response>;
}
interface HonoModule {
  Hono: new () => App<object, Response>;
}
interface Streaming {
  streamSSE: (
    context: object,
    write: (stream: { writeSSE: (message: Fields) => Promise<void> }) => Promise<void>,
  ) => Response;
}
interface Sse {
  default: object;
}
interface Fastify {
  default: () => {
    register: (plugin: object) => PromiseLike<unknown>;
    get: (
      path: string,
      options: { sse: true | { serializer: typeof String } },
      answer: (
        request: unknown,
        reply: { sse: { send: (message: Fields) => Promise<void> } },
      ) => Promise<void>,
    ) => void;
    inject: (request: { url: string; headers: object }) => Promise<{ body: string }>;
    close: () => Promise<void>;
  };
}
interface BetterSse {
  createEventBuffer: (options: { serializer: typeof String | undefined }) => Buffer;
}
interface Buffer {
  event: (type: string) => Buffer;
  data: (data: string) => Buffer;
  id: (id: string) => Buffer;
  retry: (time: number) => Buffer;
  comment: (text: string) => Buffer;
  dispatch: () => Buffer;
  read: () => string;
}
