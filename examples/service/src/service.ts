import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer, type ServerType } from "@hono/node-server";
import { memoryStore } from "@millrace/resume";
import { startReplay } from "@millrace/testing/replay";
import { getConnInfo } from "@hono/node-server/conninfo";
import { createApp } from "./app.ts";
import type { Config } from "./config.ts";
import { openGate } from "./guards/gate.ts";
import { streamLimit } from "./guards/stream-limit.ts";
import { createInstruments } from "./observing/instruments.ts";
import { createLogger } from "./observing/logger.ts";
import { startTracing } from "./observing/tracing.ts";
import { pageRoutes } from "./page.ts";
import { storeCheck, upstreamCheck } from "./readiness.ts";
import { acceptStreams } from "./sockets.ts";
import { upstreamModel, type Upstream } from "./upstream.ts";

// Milliseconds.
const DEFAULT_LINGER = 30_000;
const LONGEST_HEADERS = 10_000; // headers are small, however slow a client is
const LOOK_FOR_SLOW_CLIENTS = 1_000;

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
  const models = [first, ...others] as const;
  const tracing = await startTracing(config.tracesUrl);
  const telemetry = {
    log: createLogger(config.logLevel, config.logDestination),
    instruments: createInstruments(),
    tracer: tracing.tracer,
  };
  const streams = streamLimit(config.maxStreams);
  const upstream: Upstream = { models, idleTimeout, streams, telemetry };
  const store = memoryStore();
  const gate = openGate(config.gate);
  const options = { upstream, store, linger, closing: closing.signal, heartbeat, maxBodyBytes };
  const app = createApp({
    ...options,
    page: pageRoutes(),
    gate,
    peerOf: (context) => getConnInfo(context).remote.address,
    corsOrigins: config.gate.corsOrigins,
    checks: { store: storeCheck(store), upstream: upstreamCheck(models) },
    upstreamName: replay === undefined ? first.provider : "replay",
  });
  // The platform's own Request and Response serve as well; nothing global is replaced.
  const server = createAdaptorServer({
    fetch: app.fetch,
    overrideGlobalObjects: false,
    serverOptions: slowClients(config.requestTimeout),
  });
  const { maxSockets, maxStreamsPerSocket } = config;
  const sockets = acceptStreams(server as Server, {
    ...{ ...options, gate, maxSockets, maxStreamsPerSocket },
  });
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
      sockets.close();
      await new Promise((resolve) => {
        server.close(resolve);
        if ("closeAllConnections" in server) server.closeAllConnections();
      });
      await replay?.close();
      await tracing.close();
    },
  };
}

/** Who sends a request drop by drop keeps a connection, but not for ever. */
function slowClients(requestTimeout: number) {
  return {
    requestTimeout,
    headersTimeout: Math.min(requestTimeout, LONGEST_HEADERS),
    connectionsCheckingInterval: Math.min(requestTimeout, LOOK_FOR_SLOW_CLIENTS),
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
