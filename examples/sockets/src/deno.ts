import { isAllowedOrigin, serveSocket } from "@millrace/ws";
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
    // Before the upgrade: behind it Deno lets nobody read the request any more.
    if (!isAllowedOrigin(request)) return new Response("Not from there.", { status: 403 });
    const { socket, response } = Deno.upgradeWebSocket(request, { protocol: "millrace.v1" });
    serveSocket(socket, answer);
    return response;
  },
);
