import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { refuse } from "./upgrade.ts";

/** Headers that are of this connection only: what else the client could speak, and for how long. */
const OF_CONNECTION = new Set(["connection", "upgrade", "http2-settings", "keep-alive"]);

const NOT_IMPLEMENTED = 501;

/** Since 24.9 Node asks whether a request is to be an upgrade. */
type AskingServer = Server & { shouldUpgradeCallback?: (request: IncomingMessage) => boolean };

/**
 * A request that offers to go on in another protocol, as those of Java and of curl offer HTTP/2, is to be
 * answered as if it did not: a server may ignore such an offer (RFC 9110, clause 7.8), and one that hears
 * of no upgrades does. Where others hear of them, too, it may be for them. Gives what undoes it.
 */
export function keepRequests(server: AskingServer): () => void {
  const before = server.shouldUpgradeCallback;
  if (before === undefined) return () => undefined; // `handBack` has to do
  const own = (request: IncomingMessage): boolean =>
    before.call(server, request) && (isForSockets(request) || !isAlone(server));
  server.shouldUpgradeCallback = own;
  return () => {
    if (server.shouldUpgradeCallback === own) server.shouldUpgradeCallback = before;
  };
}

export function isForSockets({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === "websocket";
}

/** Whether nobody else hears of upgrades. */
export function isAlone(server: Server): boolean {
  return server.listenerCount("upgrade") === 1;
}

/**
 * The same for a request that has become an upgrade already: the server has stopped reading HTTP there,
 * so it begins again. This request is the last of its connection, for Node would mix up the answers to
 * two lives of one. Where a body comes by the request, as in Bun, the connection has it no more.
 */
export function handBack(
  server: Server,
  incoming: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const { method = "GET", url = "/", httpVersion, rawHeaders, complete } = incoming;
  if (!complete && hasBody(incoming)) {
    refuse(socket, NOT_IMPLEMENTED);
    return;
  }
  const lines = [`${method} ${url} HTTP/${httpVersion}`, "connection: close"];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name, value] = rawHeaders.slice(at, at + 2) as [string, string];
    if (!OF_CONNECTION.has(name.toLowerCase())) lines.push(`${name}: ${value}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), head]));
  server.emit("connection", socket);
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
}
