import type { WebSocket } from "ws";

/**
 * Ends a socket whose other side has fallen silent: after `heartbeat` milliseconds without a word it
 * is pinged, by a ping of WebSocket itself; after half as much again it is cut off.
 */
export function watchPulse(socket: WebSocket, heartbeat: number): void {
  let timer: ReturnType<typeof setTimeout>;

  function heard(): void {
    clearTimeout(timer);
    timer = setTimeout(ask, heartbeat);
  }

  function ask(): void {
    socket.ping();
    timer = setTimeout(() => {
      socket.terminate();
    }, heartbeat / 2);
  }

  socket.on("message", heard);
  socket.on("pong", heard);
  socket.on("ping", heard);
  socket.on("close", () => {
    clearTimeout(timer);
  });
  heard();
}
