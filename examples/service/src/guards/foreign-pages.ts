import { isAllowedOrigin, type SocketRequest } from "@millrace/ws";

/**
 * Whether a page asks that is neither the service's own nor of an origin that is `allowed`. A browser
 * says where a request comes from; other clients say nothing, and could say anything.
 */
export function isForeign(request: SocketRequest, allowed: readonly string[]): boolean {
  const { headers } = request;
  const site = headers.get("sec-fetch-site");
  if (site === "same-origin" || site === "none") return false;
  if (!isAllowedOrigin(request, allowed)) return true;
  // A picture or a script of another site has no origin, but is known by this.
  const origin = headers.get("origin");
  return site === "cross-site" && (origin === null || origin === undefined);
}
