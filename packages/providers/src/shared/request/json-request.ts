import type { ProviderConfig, RequestContext } from "../../provider.ts";

export interface JsonRequest {
  /** Behind the base. */
  path: string;
  baseURL: string;
  /** How the key is told. */
  authorize: (key: string) => Record<string, string>;
  /** Those of the format. */
  headers?: Record<string, string>;
  body: object;
}

/** What all providers have in common: a POST of JSON, with a key that may have to be asked for. */
export async function jsonRequest(
  config: ProviderConfig,
  { signal }: RequestContext,
  { path, baseURL, authorize, headers, body }: JsonRequest,
): Promise<Request> {
  const { apiKey } = config;
  const key = typeof apiKey === "function" ? await apiKey() : apiKey;
  return new Request(`${(config.baseURL ?? baseURL).replace(/\/+$/, "")}${path}`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      ...headers,
      ...(key !== undefined && authorize(key)),
      ...lowerCase(config.headers),
    },
    body: JSON.stringify(body),
    signal,
  });
}

export function bearer(key: string): Record<string, string> {
  return { authorization: `Bearer ${key}` };
}

/** A name that differs in case alone would be sent twice. */
function lowerCase(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}
