import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { SseMessage } from "@millrace/sse";
import { sendSse } from "@millrace/sse/node";

// A server that keeps nothing: killed and started again, it knows where a client was by its last
// id alone. It tells on stdout what it was asked for, and what it answered.

const [port, script, last, silentBehind] = process.argv.slice(2);
const PAGE = readFileSync(new URL("../src/restart.html", import.meta.url));
const SCRIPT = readFileSync(script!);
const GAP = 20; // milliseconds between two events
const RETRY = 50;

async function* numbered(after: number): AsyncGenerator<SseMessage> {
  for (let number = after + 1; number <= Number(last); number++) {
    await sleep(GAP);
    if (number > Number(silentBehind)) await new Promise(() => undefined);
    yield { data: `event ${number}`, id: String(number) };
  }
}

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
  if (pathname === "/") response.setHeader("content-type", "text/html").end(PAGE);
  else if (pathname === "/page.js") {
    response.setHeader("content-type", "text/javascript").end(SCRIPT);
  } else if (pathname !== "/events") response.writeHead(404).end();
  else {
    const lastEventId = request.headers["last-event-id"] ?? "";
    void sendSse(response, ({ lastEventId = "0" }) => numbered(Number(lastEventId)), {
      retry: RETRY,
    });
    // The status is set already, and who is killed later can tell nothing then.
    const { statusCode: status } = response;
    console.log(JSON.stringify({ by: searchParams.get("by"), lastEventId, status }));
  }
});
server.listen(Number(port), "127.0.0.1", () => console.log(JSON.stringify(server.address())));
