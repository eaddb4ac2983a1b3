import type { SocketRequest } from "@millrace/ws";
import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { Failure } from "../failure.ts";
import { apiKeys } from "./api-keys.ts";
import { clientAddress } from "./client-address.ts";
import { isForeign } from "./foreign-pages.ts";

const MINUTE = 60; // seconds

export interface GateOptions {
  /** Who may ask; everybody, if there is none. */
  apiKeys: readonly string[];
  /** Origins of other sites whose pages may ask, as in `https://example.com`. */
  corsOrigins: readonly string[];
  /** Requests a minute of one key or address; 0: any number. */
  rateLimit: number;
  /** Proxies in front of the service that tell whom they were asked by. */
  trustedProxies: number;
}

/** What stands before every route and every socket. */
export interface Gate {
  /**
   * Lets a request in and gives who asks: the name of a key, or an address. Throws the `Failure` that
   * it is refused with: 401, 403 or 429.
   */
  admit(this: void, request: SocketRequest, peer: string | undefined): Promise<string>;
  /** Counts one more request of the same: each question in a socket is one. */
  count(this: void, visitor: string): Promise<void>;
}

export function openGate(options: GateOptions): Gate {
  const { corsOrigins, rateLimit, trustedProxies } = options;
  const needsKey = options.apiKeys.length > 0;
  const keyName = apiKeys(options.apiKeys);
  const limiter =
    rateLimit === 0 ? undefined : new RateLimiterMemory({ points: rateLimit, duration: MINUTE });

  async function count(visitor: string): Promise<void> {
    try {
      await limiter?.consume(visitor);
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      throw tooMany(rateLimit, error.msBeforeNext);
    }
  }

  return {
    count,
    async admit(request, peer) {
      if (isForeign(request, corsOrigins)) throw foreign();
      const key = needsKey ? await keyName(request) : undefined;
      const forwardedFor = request.headers.get("x-forwarded-for");
      const visitor = key ?? clientAddress(peer, forwardedFor, trustedProxies);
      await count(visitor); // also of those that guess keys
      if (needsKey && key === undefined) throw unknown();
      return visitor;
    },
  };
}

function foreign(): Failure {
  return new Failure("Pages of other sites may not ask.", {
    status: 403,
    kind: "permission",
    retryable: false,
  });
}

function unknown(): Failure {
  return new Failure("A key is needed: as `Authorization: Bearer …`, or as `x-api-key`.", {
    status: 401,
    kind: "auth",
    retryable: false,
  });
}

function tooMany(rateLimit: number, wait: number): Failure {
  return new Failure(`More than ${rateLimit} requests in a minute.`, {
    status: 429,
    kind: "rate-limit",
    retryable: true,
    retryAfter: String(Math.ceil(wait / 1000)),
  });
}
