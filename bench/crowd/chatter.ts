import { EventEmitter, once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

const FILLING = "mill race ".repeat(400); // makes long events, so that few of them fill a socket

/** A model's server that says as much as is read, and counts who listens. */
export interface Chatter {
  readonly url: string;
  /** How many requests are being answered. */
  readonly open: number;
  /** The clients whose request was cancelled before its answer was over. */
  readonly cancelled: ReadonlySet<number>;
  readonly bytesSent: number;
  /** Resolves when the next request has ended, in any way. */
  oneLess(): Promise<void>;
  /** Brings all answers to a good end, when those who read have read what there is. */
  finish(): void;
  close(): Promise<void>;
}

/** The content of event `index` in the answer to a client. */
export function contentOf(client: number, index: number): string {
  return `${client}:${index} ${FILLING}`;
}

/** The question of a client tells its number. No answer gets longer than `longest` bytes by itself. */
export async function startChatter(longest: number): Promise<Chatter> {
  const answers = new Map<number, () => void>(); // by client, what brings them to their end
  const cancelled = new Set<number>();
  const departures = new EventEmitter();
  let bytesSent = 0;

  function chat(client: number, response: ServerResponse): void {
    let index = 0;
    let length = 0;
    let over = false;

    function send(choice: object): boolean {
      const bytes = Buffer.from(`data: ${JSON.stringify({ choices: [choice] })}\n\n`);
      length += bytes.length;
      bytesSent += bytes.length;
      return response.write(bytes);
    }

    function talk(): void {
      while (!over && length < longest) {
        if (!send({ index: 0, delta: { content: contentOf(client, index++) } })) return;
      }
    }

    response.writeHead(200, { "content-type": "text/event-stream" });
    response.on("drain", talk);
    response.on("close", () => {
      answers.delete(client);
      if (!response.writableFinished) cancelled.add(client);
      departures.emit("gone");
    });
    answers.set(client, () => {
      over = true;
      send({ index: 0, delta: {}, finish_reason: "stop" });
      response.end("data: [DONE]\n\n");
    });
    talk();
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { messages } = (await json(request)) as { messages: { content: string }[] };
    chat(Number(messages[0]!.content), response);
  }

  const server = createServer((request, response) => void serve(request, response));
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get open() {
      return answers.size;
    },
    cancelled,
    get bytesSent() {
      return bytesSent;
    },
    async oneLess() {
      await once(departures, "gone");
    },
    finish() {
      for (const finish of answers.values()) finish();
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
