import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { startReplay } from "@millrace/testing/replay";
import { getConnInfo } from "@hono/node-server/conninfo";
import { createApp } from "./app.ts";
import { readConfig, type Config } from "./config.ts";
import { drainOf } from "./drain.ts";
import { openGate } from "./guards/gate.ts";
import { streamLimit } from "./guards/stream-limit.ts";
import { liveAnswers } from "./live-answers.ts";
import { createInstruments } from "./observing/instruments.ts";
import { createLogger } from "./observing/logger.ts";
import { startTracing } from "./observing/tracing.ts";
import { pageRoutes } from "./page.ts";
import { closingCheck, storeCheck, upstreamCheck } from "./readiness.ts";
import { acceptStreams } from "./sockets.ts";
import { openStore } from "./stores.ts";
import { upstreamModel, type Upstream } from "./upstream.ts";

// Milliseconds.
const LONGEST_HEADERS = 10_000; // headers are small, however slow a client is
const LOOK_FOR_SLOW_CLIENTS = 1_000;

/** A running service. */
export interface Service {
  readonly url: string;
  /** Ends when what is under way has ended, or is left to another process: within `config.drain`. */
  drain(): Promise<void>;
  /** Ends at once: live answers say so, or are left to another process. */
  close(): Promise<void>;
}

/** Starts the service, and an upstream of its own unless one is configured. */
export async function startService(settings: Partial<Config>): Promise<Service> {
  const config = { ...readConfig({}), ...settings };
  const { host, port, model, idleTimeout, heartbeat, maxBodyBytes, fallbacks = [] } = config;
  const { linger, lease, drain } = config;
  const { store, isShared, close: closeStore } = await openStore(config.store);
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
  const live = liveAnswers();
  const streams = streamLimit(config.maxStreams);
  const upstream: Upstream = { models, idleTimeout, live, streams, telemetry };
  const gate = openGate(config.gate);
  const options = { upstream, store, isShared, linger, lease, heartbeat, maxBodyBytes, gate };
  const app = createApp({
    ...options,
    page: pageRoutes(),
    peerOf: (context) => getConnInfo(context).remote.address,
    corsOrigins: config.gate.corsOrigins,
    checks: {
      service: closingCheck(live),
      store: storeCheck(store),
      upstream: upstreamCheck(models),
    },
    upstreamName: replay === undefined ? first.provider : "replay",
  });
  // The platform's own Request and Response serve as well; nothing global is replaced.
  const server = createAdaptorServer({
    fetch: app.fetch,
    overrideGlobalObjects: false,
    serverOptions: slowClients(config.requestTimeout),
  }) as Server;
  const quieten = drainOf({ server, live, isShared });
  const { maxSockets, maxStreamsPerSocket } = config;
  const sockets = acceptStreams(server, { ...options, maxSockets, maxStreamsPerSocket });
  try {
    await listen(server, host, port);
  } catch (error) {
    await closeStore();
    await replay?.close();
    throw error;
  }

  async function end(milliseconds: number): Promise<void> {
    await quieten(milliseconds);
    sockets.close();
    server.closeAllConnections();
    await closeStore();
    await replay?.close();
    await tracing.close();
  }

  return {
    url: urlOf(server.address() as AddressInfo),
    drain: () => end(drain),
    close: () => end(0),
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

function listen(server: Server, host: string, port: number): Promise<void> {
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
