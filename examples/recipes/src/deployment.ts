import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { sendSse } from "@millrace/sse/node";
import { answer } from "./answer.ts";
import { model } from "./model.ts";

// Milliseconds that answers have to come to their end when the host wants
// this process to go. Hosts give 30 seconds, mostly.
const GRACE = Number(process.env["GRACE"] ?? 20_000);
const tooLate = new AbortController();

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(
    request.url ?? "/",
    "http://localhost",
  );
  const question = searchParams.get("question");
  if (pathname === "/health") {
    response.writeHead(server.listening ? 200 : 503).end();
  } else if (pathname === "/answer" && question !== null) {
    void sendSse(response, ({ signal }) =>
      answer(model, question, AbortSignal.any([signal, tooLate.signal])),
    );
  } else response.writeHead(404).end("Ask /answer?question=…");
  // A client would keep its connection open, and this process alive.
  response.on("close", () => {
    if (!server.listening) server.closeIdleConnections();
  });
});

// All addresses: in a container, who may reach it is for its network to
// say.
server.listen(Number(process.env["PORT"] ?? 3000), "0.0.0.0", () => {
  const { port } = server.address() as AddressInfo;
  console.log(`http://localhost:${port}`);
});

// No more connections; the process ends with its last answer. What is not
// over in time fails, and its client is told.
process.once("SIGTERM", () => {
  server.close();
  setTimeout(() => tooLate.abort(), GRACE).unref();
});
