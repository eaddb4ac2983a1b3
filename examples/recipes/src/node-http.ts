import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { sendSse } from "@millrace/sse/node";
import { answer } from "./answer.ts";
import { model } from "./model.ts";

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(
    request.url ?? "/",
    "http://localhost",
  );
  const question = searchParams.get("question");
  if (pathname !== "/answer" || question === null) {
    response.writeHead(404).end("Ask /answer?question=…");
    return;
  }
  // The signal aborts when the client leaves: then the request to the
  // model is closed, too.
  void sendSse(
    response,
    ({ signal }) => answer(model, question, signal),
    {
      onError: console.error,
    },
  );
});

server.listen(Number(process.env["PORT"] ?? 3000), () => {
  console.log(
    `http://localhost:${(server.address() as AddressInfo).port}`,
  );
});
