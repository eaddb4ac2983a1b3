import { hookedSocket, serveSocket, type HookedSocket } from "@millrace/ws";
import { answer } from "./answer.ts";

// bun run src/bun.ts

const PROTOCOL = "millrace.v1";
const MAX_FRAME_BYTES = 1_048_576;

interface Connection {
  request: Request;
  hooked?: HookedSocket;
}

const server = Bun.serve<Connection>({
  port: Number(process.env["PORT"] ?? 8080),
  hostname: "127.0.0.1",
  fetch(request, server) {
    const headers = { "sec-websocket-protocol": PROTOCOL };
    if (server.upgrade(request, { data: { request }, headers })) return undefined;
    return new Response("Here are sockets only.", { status: 426 });
  },
  websocket: {
    perMessageDeflate: false,
    maxPayloadLength: MAX_FRAME_BYTES,
    open(socket) {
      const { request } = socket.data;
      socket.data.hooked = hookedSocket({
        send: (data) => socket.send(data),
        close: (code, reason) => {
          socket.close(code, reason);
        },
        bufferedAmount: () => socket.getBufferedAmount(),
        protocol: PROTOCOL,
      });
      serveSocket(socket.data.hooked.socket, answer, { request, maxFrameBytes: MAX_FRAME_BYTES });
    },
    message(socket, data) {
      socket.data.hooked?.onMessage(data);
    },
    close(socket, code, reason) {
      socket.data.hooked?.onClose(code, reason);
    },
  },
});
console.log(`listening on ${server.url.href}`);
