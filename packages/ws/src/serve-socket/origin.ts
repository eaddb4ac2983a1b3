/** What is asked of the request that a socket was opened by: a web `Request` has it. */
export interface SocketRequest {
  readonly url: string;
  readonly headers: { get(name: string): string | null | undefined };
}

/** Origins besides its own that a server takes, as in `https://example.com`; `"any"` takes all. */
export type AllowedOrigins = readonly string[] | "any";

/**
 * Whether a socket may be opened from where it comes: pages of other origins may not, unless they
 * are allowed, for the browser sends the cookies of this one along. Other clients than browsers send
 * no origin, and could send any.
 *
 * @example
 * ```ts
 * import { isAllowedOrigin } from "@millrace/ws";
 *
 * const from = (origin: string) =>
 *   new Request("https://mill.example/socket", { headers: { host: "mill.example", origin } });
 * isAllowedOrigin(from("https://mill.example")); // => true
 * isAllowedOrigin(from("https://evil.example")); // => false
 * isAllowedOrigin(from("https://race.example"), ["https://race.example"]); // => true
 * ```
 */
export function isAllowedOrigin(request: SocketRequest, allowed: AllowedOrigins = []): boolean {
  const origin = request.headers.get("origin");
  if (allowed === "any" || origin === null || origin === undefined) return true;
  const host = hostOf(origin);
  return allowed.includes(origin) || (host !== undefined && host === ownHost(request));
}

/** The host that the client asked for. Behind a proxy it is the one that the proxy passes on. */
function ownHost({ headers, url }: SocketRequest): string | undefined {
  return headers.get("host")?.toLowerCase() ?? hostOf(url);
}

function hostOf(url: string): string | undefined {
  try {
    return new URL(url).host;
  } catch {
    return undefined; // of an opaque origin it is "null"
  }
}
