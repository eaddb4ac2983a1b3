import { systemClock } from "@millrace/core/clock";
import type { WebSocket } from "ws";

/**
 * Ends a socket whose other side has fallen silent: after `heartbeat` milliseconds without a word it
 * is pinged, by a ping of WebSocket itself; after half as much again it is cut off.
 */
export function watchPulse(socket: WebSocket, heartbeat: number): void {
  const { after } = systemClock; // where a timer may also be endless
  let stopTimer = after(heartbeat, ask);

  function heard(): void {
    stopTimer();
    stopTimer = after(heartbeat, ask);
  }

  function ask(): void {
    socket.ping();
    stopTimer = after(heartbeat / 2, () => {
      socket.terminate();
    });
  }

  socket.on("message", heard);
  socket.on("pong", heard);
  socket.on("ping", heard);
  socket.on("close", () => {
    stopTimer();
  });
}
