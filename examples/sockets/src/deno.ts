import { serveSocket } from "@millrace/ws";
import { answer } from "./answer.ts";

// deno run --allow-net --allow-env=PORT src/deno.ts

Deno.serve(
  {
    port: Number(Deno.env.get("PORT") ?? 8080),
    hostname: "127.0.0.1",
    onListen: ({ port }) => console.log(`listening on http://127.0.0.1:${port}/`),
  },
  (request) => {
    if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
      return new Response("Here are sockets only.", { status: 426 });
    }
    const { socket, response } = Deno.upgradeWebSocket(request, { protocol: "millrace.v1" });
    serveSocket(socket, answer, { request });
    return response;
  },
);
