import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer, type ServerType } from "@hono/node-server";
import { memoryStore } from "@millrace/resume";
import { startReplay } from "@millrace/testing/replay";
import { createApp } from "./app.ts";
import type { Config } from "./config.ts";
import { acceptStreams } from "./sockets.ts";
import { upstreamModel, type Upstream } from "./upstream.ts";

const DEFAULT_LINGER = 30_000; // milliseconds

/** A running service. */
export interface Service {
  readonly url: string;
  /** Ends live connections too. */
  close(): Promise<void>;
}

/** Starts the service, and an upstream of its own unless one is configured. */
export async function startService(config: Config): Promise<Service> {
  const { host, port, model, idleTimeout, heartbeat, maxBodyBytes, fallbacks = [] } = config;
  const { linger = DEFAULT_LINGER } = config;
  const closing = new AbortController();
  const replay = config.upstream === undefined ? await startReplay() : undefined;
  const first = upstreamModel(config.upstream ?? { baseUrl: `${replay?.url ?? ""}/v1` }, model);
  const others = fallbacks.map((fallback) => upstreamModel(fallback, model));
  const upstream: Upstream = { models: [first, ...others], idleTimeout };
  const app = createApp({
    upstream,
    upstreamName: replay === undefined ? first.provider : "replay",
    store: memoryStore(),
    linger,
    closing: closing.signal,
    heartbeat,
    maxBodyBytes,
  });
  // The platform's own Request and Response serve as well; nothing global is replaced.
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false });
  const closeSockets = acceptStreams(server as Server, { upstream, maxBodyBytes });
  try {
    await listen(server, host, port);
  } catch (error) {
    await replay?.close();
    throw error;
  }
  return {
    url: urlOf(server.address() as AddressInfo),
    async close() {
      closing.abort();
      closeSockets();
      await new Promise((resolve) => {
        server.close(resolve);
        if ("closeAllConnections" in server) server.closeAllConnections();
      });
      await replay?.close();
    },
  };
}

function listen(server: ServerType, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const where = `Cannot listen on ${host}:${port}`;
      const why =
        error.code === "EADDRINUSE"
          ? `the port is taken. Choose another: PORT=${port + 1}`
          : error.message;
      reject(new Error(`${where}: ${why}`, { cause: error }));
    });
    server.listen(port, host, resolve);
  });
}

function urlOf({ address, family, port }: AddressInfo): string {
  return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
}
