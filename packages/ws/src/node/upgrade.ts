import { STATUS_CODES, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { SocketRequest } from "../serve-socket/origin.ts";

/** `undefined` for what names no URL. Whoever connects chooses the words. */
export function requestOf({ url = "/", headers }: IncomingMessage): SocketRequest | undefined {
  try {
    return {
      url: new URL(url, `http://${headers.host ?? "localhost"}`).href,
      headers: { get: (name) => headers[name.toLowerCase()]?.toString() },
    };
  } catch {
    return undefined;
  }
}

/** Answers a handshake by something else than a socket, and lets go of the connection. */
export function refuse(socket: Duplex, status: number): void {
  write(socket, status, new Headers(), "");
}

/** The same, in the words of an application. */
export async function refuseBy(socket: Duplex, response: Response): Promise<void> {
  const body = await response.text().catch(() => ""); // of one that was used before
  write(socket, response.status, response.headers, body);
}

function write(socket: Duplex, status: number, given: Headers, body: string): void {
  const headers = new Headers(given);
  headers.set("connection", "close");
  headers.set("content-length", String(Buffer.byteLength(body)));
  const lines = [...headers].map(([name, value]) => `${name}: ${value}\r\n`);
  socket.on("error", () => undefined); // a client that is gone already
  // Nobody reads it any more, and would hear that the client closes: a refusal must not hold it open.
  socket.once("finish", () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${lines.join("")}\r\n${body}`);
}
