import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";

/** Headers that are of this connection only: what else the client could speak, and for how long. */
const OF_CONNECTION = new Set(["connection", "upgrade", "http2-settings", "keep-alive"]);

export function isForSockets({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === "websocket";
}

/**
 * Lets the server answer a request that offers to go on in another protocol, as those of Java and of
 * curl offer HTTP/2, as if it had not: a server may ignore such an offer (RFC 9110, clause 7.8), and
 * one that hears of no upgrades does. Node has stopped reading HTTP there, so it begins again. This
 * request is the last of its connection: Node would mix up the answers to two lives of one.
 */
export function handBack(
  server: Server,
  incoming: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const { method = "GET", url = "/", httpVersion, rawHeaders } = incoming;
  const lines = [`${method} ${url} HTTP/${httpVersion}`, "connection: close"];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name, value] = rawHeaders.slice(at, at + 2) as [string, string];
    if (!OF_CONNECTION.has(name.toLowerCase())) lines.push(`${name}: ${value}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), head]));
  server.emit("connection", socket);
}
