import { createServer } from "node:http";
import { hookedSocket, serveSocket, type HookedSocket } from "@millrace/ws";
import crossws from "crossws/adapters/node";
import { answer } from "./answer.ts";

// On Node; crossws has the same hooks on Bun, Deno, Cloudflare and others (Nitro, h3, Nuxt).

const sockets = new Map<string, HookedSocket>(); // by the id of the peer

const adapter = crossws({
  hooks: {
    upgrade: () => ({ headers: { "sec-websocket-protocol": "millrace.v1" } }),
    open(peer) {
      const hooked = hookedSocket({
        send: (data) => peer.send(data),
        close: (code, reason) => {
          peer.close(code, reason);
        },
        bufferedAmount: () => peer.websocket.bufferedAmount ?? 0,
      });
      sockets.set(peer.id, hooked);
      serveSocket(hooked.socket, answer, { request: peer.request });
    },
    message(peer, message) {
      sockets.get(peer.id)?.onMessage(message.text());
    },
    close(peer, { code, reason }) {
      sockets.get(peer.id)?.onClose(code, reason);
      sockets.delete(peer.id);
    },
  },
});

const port = Number(process.env["PORT"] ?? 8080);
const server = createServer((_, response) => {
  response.writeHead(426).end("Here are sockets only.");
});
server.on("upgrade", (request, socket, head) => void adapter.handleUpgrade(request, socket, head));
server.listen(port, "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${port}/`));
