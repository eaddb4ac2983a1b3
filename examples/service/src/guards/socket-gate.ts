import type { SocketRequest } from "@millrace/ws";
import type { AcceptSocketsOptions } from "@millrace/ws/node";
import { Failure } from "../failure.ts";
import type { Gate } from "./gate.ts";

const NO_KEY = 401;

type SocketGate = Required<
  Pick<AcceptSocketsOptions<string | undefined>, "accept" | "authenticate" | "allowedOrigins">
>;

/**
 * Stands before sockets as `gate` before routes, and tells handlers who asks. The page in a browser can
 * send no header along: a handshake without a key may greet with one, where its protocol has a greeting.
 */
export function socketGate(gate: Gate): SocketGate {
  const visitors = new WeakMap<SocketRequest, string>();
  const peers = new WeakMap<SocketRequest, string | undefined>();

  return {
    allowedOrigins: "any", // the gate looks at it
    async accept(request, { socket }) {
      try {
        visitors.set(request, await gate.admit(request, socket.remoteAddress));
        return undefined;
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        if (error.status !== NO_KEY || !mayGreet(request)) {
          return Response.json({ error: error.body }, error);
        }
        peers.set(request, socket.remoteAddress);
        return undefined;
      }
    },
    async authenticate(auth, request) {
      if (request === undefined) return undefined;
      const visitor = visitors.get(request);
      if (visitor !== undefined || typeof auth !== "string") return visitor;
      try {
        return await gate.admit(withKey(request, auth), peers.get(request));
      } catch (error) {
        if (error instanceof Failure) return undefined;
        throw error;
      }
    },
  };
}

function mayGreet({ headers }: SocketRequest): boolean {
  return headers.get("sec-websocket-protocol")?.includes("millrace.v1") === true;
}

function withKey({ url, headers }: SocketRequest, key: string): SocketRequest {
  return { url, headers: { get: (name) => (name === "x-api-key" ? key : headers.get(name)) } };
}
