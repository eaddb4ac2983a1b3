import { createServer } from "node:http";
import { sentences } from "@millrace/buffers";
import { pipe } from "@millrace/core";
import { text } from "@millrace/parts";
import { ask } from "@millrace/providers";
import { openaiChat } from "@millrace/providers/openai-chat";
import { sendSse } from "@millrace/sse/node";

const model = openaiChat({
  baseURL: process.env["MODEL_URL"] ?? "http://localhost:8080/v1",
  model: "replay",
});

const page = `<!doctype html>
<html lang="en">
  <title>An answer, sentence by sentence</title>
  <h1>An answer</h1>
  <ol></ol>
  <script>
    const answer = new EventSource("/answer?question=Why+do+mills+turn%3F");
    answer.onmessage = ({ data }) => {
      const item = document.createElement("li");
      item.textContent = data;
      document.querySelector("ol").append(item);
    };
    answer.addEventListener("done", () => answer.close());
  </script>
</html>`;

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  if (pathname === "/answer") {
    const question = searchParams.get("question") ?? "";
    void sendSse(
      response,
      async ({ signal }) => {
        const parts = await ask(model, question, { signal });
        return pipe(parts, text({ throw: true }), sentences({ trim: true }));
      },
      { onError: console.error },
    );
  } else {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end(page);
  }
});

server.listen(Number(process.env["PORT"] ?? 3000), () => {
  const { port } = server.address() as { port: number };
  console.log(`http://localhost:${port}`);
});
