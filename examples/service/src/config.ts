import { z } from "zod";
import type { GateOptions } from "./guards/gate.ts";
import { LOG_LEVELS, type LogLevel } from "./observing/logger.ts";
import { isStoreUrl } from "./stores.ts";
import { readUpstreams, type UpstreamConfig } from "./upstreams.ts";

const LONGEST_IDLE_TIMEOUT = 300_000; // Node's own fetch gives up then

/** What the service reads from its environment, beside the keys of the providers. */
export const environment = z.object({
  HOST: z.string().default("127.0.0.1"),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8787),
  UPSTREAMS: z.string().optional(),
  OPENAI_BASE_URL: z
    .url({ protocol: /^https?$/, abort: true })
    .refine(hasNoPassword, "no name or password in it: no request may have one in its URL")
    .optional(),
  OPENAI_API_KEY: z.string().optional(),
  OPENAI_MODEL: z.string().default("gpt-4o-mini"),
  IDLE_TIMEOUT_MS: z.coerce.number().int().min(1).max(LONGEST_IDLE_TIMEOUT).default(60_000),
  HEARTBEAT_MS: z.coerce.number().int().min(1).default(15_000),
  LINGER_MS: z.coerce.number().int().min(0).default(30_000),
  STORE: z
    .string()
    .refine(isStoreUrl, "memory:, sqlite:<file>, redis://… or nats://…")
    .default("memory:"),
  LEASE_MS: z.coerce.number().int().min(100).default(10_000),
  DRAIN_MS: z.coerce.number().int().min(0).default(20_000),
  MAX_BODY_BYTES: z.coerce.number().int().min(1).default(1_048_576),
  MAX_SOCKETS: z.coerce.number().int().min(1).default(10_000),
  MAX_STREAMS_PER_SOCKET: z.coerce.number().int().min(1).default(100),
  MAX_STREAMS: z.coerce.number().int().min(1).default(5_000),
  REQUEST_TIMEOUT_MS: z.coerce.number().int().min(1).default(30_000),
  API_KEYS: listOf(z.string().regex(/^[\w.~+/=-]{16,}$/, "16 letters, digits or more, each")),
  CORS_ORIGINS: listOf(z.string().refine(isOrigin, "origins, as in https://example.com")),
  RATE_LIMIT: z.coerce.number().int().min(0).default(0),
  TRUSTED_PROXIES: z.coerce.number().int().min(0).default(0),
  LOG_LEVEL: z.enum(LOG_LEVELS).default("info"),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
});

export interface Config {
  host: string;
  /** 0: any free port. */
  port: number;
  /** Without one, the service starts an upstream of its own that replays recorded answers. */
  upstream?: UpstreamConfig;
  /** Are asked in this order when the upstream fails, also in the middle of an answer. */
  fallbacks?: readonly UpstreamConfig[];
  /** For requests that name none. */
  model: string;
  /** How long the upstream may say nothing while somebody waits for it, in milliseconds. */
  idleTimeout: number;
  /** How long a client may hear nothing until it is told that it is still connected. */
  heartbeat: number;
  /** How long a resumable answer goes on without a reader. */
  linger: number;
  /** Where resumable answers are written down, as in `redis://localhost`. */
  store: string;
  /** How long a process that gives no sign is waited for until another one goes on. */
  lease: number;
  /** How long live answers may go on once the service is told to end. */
  drain: number;
  /** Of a request. */
  maxBodyBytes: number;
  /** Of all clients together. */
  maxSockets: number;
  maxStreamsPerSocket: number;
  /** Answers, and readers of recorded ones, at a time. */
  maxStreams: number;
  /** How long a request may take to come in, in milliseconds. */
  requestTimeout: number;
  gate: GateOptions;
  logLevel: LogLevel;
  /** Where the lines of the log go. Default: the standard output. */
  logDestination?: { write(line: string): void };
  /** A collector of traces, that takes OTLP over HTTP. */
  tracesUrl?: string | undefined;
}

/** Reads the environment; throws an `Error` that names each variable that is wrong. */
export function readConfig(variables: Record<string, string | undefined>): Config {
  // An empty variable is one that somebody did not fill in.
  const given = Object.entries(variables).filter(([, value]) => value !== "");
  const { data, error } = environment.safeParse(Object.fromEntries(given));
  if (error !== undefined) {
    const mistakes = error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
    throw new Error(`The environment is not right. ${mistakes.join("; ")}`);
  }
  const [upstream, ...fallbacks] = upstreamsOf(data, variables);
  return {
    host: data.HOST,
    port: data.PORT,
    model: data.OPENAI_MODEL,
    idleTimeout: data.IDLE_TIMEOUT_MS,
    heartbeat: data.HEARTBEAT_MS,
    linger: data.LINGER_MS,
    store: data.STORE,
    lease: data.LEASE_MS,
    drain: data.DRAIN_MS,
    maxBodyBytes: data.MAX_BODY_BYTES,
    maxSockets: data.MAX_SOCKETS,
    maxStreamsPerSocket: data.MAX_STREAMS_PER_SOCKET,
    maxStreams: data.MAX_STREAMS,
    requestTimeout: data.REQUEST_TIMEOUT_MS,
    gate: {
      apiKeys: data.API_KEYS,
      corsOrigins: data.CORS_ORIGINS,
      rateLimit: data.RATE_LIMIT,
      trustedProxies: data.TRUSTED_PROXIES,
    },
    logLevel: data.LOG_LEVEL,
    tracesUrl: data.OTEL_EXPORTER_OTLP_ENDPOINT,
    ...(upstream !== undefined && { upstream, fallbacks }),
  };
}

function upstreamsOf(
  { UPSTREAMS, OPENAI_BASE_URL, OPENAI_API_KEY: apiKey }: z.infer<typeof environment>,
  variables: Record<string, string | undefined>,
): UpstreamConfig[] {
  if (UPSTREAMS === undefined) {
    if (OPENAI_BASE_URL === undefined && apiKey === undefined) return [];
    return [{ baseUrl: OPENAI_BASE_URL?.replace(/\/+$/, ""), apiKey }];
  }
  try {
    return readUpstreams(UPSTREAMS, variables);
  } catch (error) {
    const { message } = error as Error;
    throw new Error(`The environment is not right. UPSTREAMS: ${message}`, { cause: error });
  }
}

/**
 * Entries with commas between them. Commas alone are a mistake: keys whose variables are empty must not open
 * the service to everybody.
 */
function listOf(entry: z.ZodString) {
  return z
    .string()
    .default("")
    .refine(
      (list) => list.trim() === "" || entriesOf(list).length > 0,
      "nothing between the commas",
    )
    .transform(entriesOf)
    .pipe(z.array(entry));
}

function entriesOf(list: string): string[] {
  const entries = list.split(",").map((text) => text.trim());
  return entries.filter((text) => text !== "");
}

/** As browsers write it: no path, no slash at the end. */
function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

/** It would be shown at the start, and then in the error of each request. */
function hasNoPassword(url: string): boolean {
  const { username, password } = new URL(url);
  return username === "" && password === "";
}
