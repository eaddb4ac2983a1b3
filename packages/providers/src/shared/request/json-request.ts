import type { Prompt } from "../../prompt.ts";
import type { ProviderConfig, RequestContext } from "../../provider.ts";
import { distinctCalls } from "./distinct-calls.ts";
import { hasCredentials } from "./has-credentials.ts";
import { layOver } from "./lay-over.ts";

export interface JsonRequest {
  /** Behind the base. */
  path: string;
  baseURL: string;
  /** How the key is told. */
  authorize: (key: string) => Record<string, string>;
  /** Those of the format. */
  headers?: Record<string, string>;
  /** Of the prompt, with calls that are told apart by their ids. The prompt's own `body` is laid over it. */
  body: (prompt: Prompt) => object;
}

/**
 * What all providers have in common, whoever calls their `request`: a POST of JSON, with a key that may
 * have to be asked for. It goes to the address that was given and to no other: where a redirect leads,
 * the platform takes along every header but `authorization`, and so most keys.
 */
export async function jsonRequest(
  config: ProviderConfig,
  prompt: Prompt,
  { signal }: RequestContext,
  { path, baseURL, authorize, headers, body }: JsonRequest,
): Promise<Request> {
  const asked = { ...prompt, messages: distinctCalls(prompt.messages) };
  const wire = layOver(body(asked), prompt.body);
  const { apiKey } = config;
  const key = typeof apiKey === "function" ? await apiKey() : apiKey;
  const url = `${(config.baseURL ?? baseURL).replace(/\/+$/, "")}${path}`;
  if (hasCredentials(url)) {
    throw new TypeError(
      "Cannot ask: the URL has a name or a password in it, which is for a header",
    );
  }
  return new Request(url, {
    method: "POST",
    headers: headersOf({
      "content-type": "application/json",
      ...headers,
      ...(key !== undefined && authorize(key)),
      ...lowerCase(config.headers),
    }),
    body: JSON.stringify(wire),
    redirect: "manual",
    signal,
  });
}

export function bearer(key: string): Record<string, string> {
  return { authorization: `Bearer ${key}` };
}

/** The platform's own error would show the value, which may be a key. */
function headersOf(values: Readonly<Record<string, string>>): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(values)) {
    if (!canSend(headers, name, value)) {
      throw new TypeError(`Cannot ask: the value of the header "${name}" cannot be sent`);
    }
  }
  return headers;
}

function canSend(headers: Headers, name: string, value: string): boolean {
  try {
    headers.set(name, value);
    return true;
  } catch {
    return false;
  }
}

/** A name that differs in case alone would be sent twice. */
function lowerCase(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}
