import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { answerQuestions } from "./answer-questions.ts";
import { computed, measureMemory } from "./memory.ts";

// What Node.js itself costs: the bytes of an upstream are handed on as they come, and nothing is read.

const [upstream = ""] = process.argv.slice(2);

async function handOn(response: ServerResponse): Promise<void> {
  const { body } = await fetch(upstream, { method: "POST", body: "{}" });
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.flushHeaders();
  for await (const bytes of body!) response.write(bytes);
  response.end();
}

const server = createServer((request, response) => {
  request.resume();
  void handOn(response);
});

answerQuestions({
  async url() {
    await once(server.listen(0, "127.0.0.1"), "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  },
  memory: measureMemory,
  computed,
});
