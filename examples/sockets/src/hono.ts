import { serve } from "@hono/node-server";
import { createNodeWebSocket } from "@hono/node-ws";
import { hookedSocket, serveSocket, type HookedSocket } from "@millrace/ws";
import { Hono } from "hono";
import { answer } from "./answer.ts";

// On Node; on other runtimes `upgradeWebSocket` comes from the adapter of Hono for it.

const app = new Hono();
const { injectWebSocket, upgradeWebSocket } = createNodeWebSocket({ app });

app.get(
  "/",
  upgradeWebSocket((context) => {
    let hooked: HookedSocket | undefined;
    return {
      onOpen(_, socket) {
        hooked = hookedSocket({
          send: (data) => {
            socket.send(data);
          },
          close: (code, reason) => {
            socket.close(code, reason);
          },
          bufferedAmount: () => (socket.raw as { bufferedAmount?: number }).bufferedAmount ?? 0,
        });
        serveSocket(hooked.socket, answer, { request: context.req.raw });
      },
      onMessage({ data }) {
        hooked?.onMessage(data);
      },
      onClose({ code, reason }) {
        hooked?.onClose(code, reason);
      },
    };
  }),
);

const port = Number(process.env["PORT"] ?? 8080);
const server = serve({ fetch: app.fetch, port, hostname: "127.0.0.1" }, () => {
  console.log(`listening on http://127.0.0.1:${port}/`);
});
injectWebSocket(server);
