import { isStoreError } from "@millrace/core/store";

/** What Redis answers, as either client gives it: the functions below look into it. */
export type Reply = unknown;

/** One connection, whoever made the client. */
export interface Connection {
  /** Commands sent in one turn go out together. */
  command(this: void, ...parts: string[]): Promise<Reply>;
  /** A second connection like this one, to be opened. */
  duplicate(this: void): Connection;
  open(this: void): Promise<unknown>;
  /** The shortest time after which the client gives up on a silent server, if it does. */
  readonly impatience: number;
  /** What the client puts before the keys that it sends, and leaves before those that it is given. */
  readonly keyPrefix: string;
  /** Hangs up, whatever waits. */
  close(this: void): void;
}

/** What the store asks of a client of node-redis: `createClient` of `redis` or `@redis/client`. */
export interface NodeRedis {
  sendCommand(command: string[]): Promise<unknown>;
  duplicate(): NodeRedis;
  connect(): Promise<unknown>;
  destroy(): unknown;
  on(event: "error", listener: (error: unknown) => void): unknown;
  readonly options?: object | undefined;
}

/** What the store asks of a client of ioredis or iovalkey. */
export interface IoRedis {
  call(command: string, ...parts: string[]): Promise<unknown>;
  duplicate(options?: { enableOfflineQueue: boolean }): IoRedis;
  disconnect(): void;
  on(event: "error", listener: (error: unknown) => void): unknown;
  readonly options?: object | undefined;
}

export type RedisClient = NodeRedis | IoRedis;

export function connectionOf(client: RedisClient): Connection {
  if (("isCluster" in client && client.isCluster === true) || "slots" in client) {
    throw new TypeError("redisStore cannot wait for several nodes: give it a client of one");
  }
  if ("call" in client && typeof client.call === "function") return ofIoRedis(client);
  if ("sendCommand" in client && typeof client.sendCommand === "function") {
    return ofNodeRedis(client);
  }
  throw new TypeError("redisStore needs a client of redis, @redis/client, ioredis or iovalkey");
}

function ofNodeRedis(client: NodeRedis): Connection {
  return {
    command: (...parts) => client.sendCommand(parts),
    impatience: impatienceOf(client.options),
    keyPrefix: "", // it has one for its own methods only
    duplicate() {
      const other = client.duplicate();
      other.on("error", ignore); // which commands then reject with
      return ofNodeRedis(other);
    },
    open: () => client.connect(),
    close() {
      try {
        client.destroy();
      } catch {
        // It was closed already.
      }
    },
  };
}

function ofIoRedis(client: IoRedis): Connection {
  return {
    command: (command, ...parts) => client.call(command, ...parts),
    impatience: impatienceOf(client.options),
    keyPrefix: keyPrefixOf(client.options),
    duplicate() {
      const other = client.duplicate({ enableOfflineQueue: true });
      other.on("error", ignore); // which commands then reject with
      return ofIoRedis(other);
    },
    open: () => Promise.resolve(), // it opens by itself, and keeps commands until it has
    close() {
      client.disconnect();
    },
  };
}

function keyPrefixOf(options: object = {}): string {
  const { keyPrefix } = options as ClientOptions;
  return typeof keyPrefix === "string" ? keyPrefix : "";
}

function impatienceOf(options: object = {}): number {
  const { socket, commandOptions, socketTimeout, commandTimeout } = options as ClientOptions;
  const limits = [
    socket?.socketTimeout,
    commandOptions?.timeout,
    socketTimeout,
    commandTimeout,
  ].filter((limit) => typeof limit === "number" && limit > 0);
  return Math.min(...(limits as number[]));
}

interface ClientOptions {
  socket?: { socketTimeout?: unknown };
  commandOptions?: { timeout?: unknown };
  socketTimeout?: unknown;
  commandTimeout?: unknown;
  keyPrefix?: unknown;
}

function ignore(): void {
  // Whoever waits for an answer hears of it.
}

/** Text, also from a client that was told to give bytes. */
export function textOf(reply: Reply): string {
  if (typeof reply === "string") return reply;
  return reply instanceof Uint8Array ? new TextDecoder().decode(reply) : String(reply);
}

/** The items of an array; none where there is no answer. */
export function itemsOf(reply: Reply): Reply[] {
  return Array.isArray(reply) ? (reply as Reply[]) : [];
}

/** The pairs of a map, in whichever of its shapes the protocol and the client have it. */
export function pairsOf(reply: Reply): [Reply, Reply][] {
  if (Array.isArray(reply)) {
    if (Array.isArray(reply[0])) return reply as [Reply, Reply][];
    const items = reply as Reply[];
    const pairs: [Reply, Reply][] = [];
    for (let at = 0; at + 1 < items.length; at += 2) pairs.push([items[at], items[at + 1]]);
    return pairs;
  }
  if (reply instanceof Map) return [...(reply as Map<Reply, Reply>)];
  return typeof reply === "object" && reply !== null ? Object.entries(reply) : [];
}

// `ERR …`, `WRONGTYPE …`: what Redis answers begins with a word in capitals, what a client itself
// says does not.
const ANSWER = /^([A-Z][A-Z\d_]+) /;
const PASSING = new Set([
  "BUSY", // a script of somebody else runs
  "CLUSTERDOWN",
  "LOADING", // it has just been started
  "MASTERDOWN",
  "NOREPLICAS",
  "NOSCRIPT",
  "READONLY", // a replica takes over
  "TRYAGAIN",
]);

/** Whether to try again. A connection that was lost comes back; an answer stands, but for some. */
export function isPassing(error: unknown): boolean {
  if (isStoreError(error)) return false;
  const answer = answerOf(error);
  return answer === undefined || PASSING.has(answer);
}

/** The word that Redis refuses with, as in `NOSCRIPT`. */
export function answerOf(error: unknown): string | undefined {
  return error instanceof Error ? ANSWER.exec(error.message)?.[1] : undefined;
}
