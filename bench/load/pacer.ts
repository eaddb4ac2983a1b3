import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A model's server whose answers all go on together, a token at a time, when they are told to. */
export interface Pacer {
  readonly url: string;
  /** Each answer gets a token more. */
  say(this: void): void;
  /** Each answer comes to its end. */
  finish(this: void): void;
  close(this: void): Promise<void>;
}

const ABOUT = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1, model: "bench" };

function chunk(choice: object): string {
  return `data: ${JSON.stringify({ ...ABOUT, choices: [{ index: 0, ...choice }] })}\n\n`;
}

const TOKEN = chunk({ delta: { content: " mill" } });
const END = `${chunk({ delta: {}, finish_reason: "stop" })}data: [DONE]\n\n`;

export async function startPacer(): Promise<Pacer> {
  const answers = new Set<ServerResponse>();
  const server = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
    answers.add(response);
    response.on("close", () => answers.delete(response));
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    say() {
      for (const answer of answers) answer.write(TOKEN);
    },
    finish() {
      for (const answer of answers) answer.end(END);
    },
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}
