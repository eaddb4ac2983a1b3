/** What is asked of a request; that of the web platform has it. */
export interface KeyedRequest {
  readonly headers: { get(name: string): string | null | undefined };
}

/** Gives the name of the key that a request came with: `key-1` is the first; undefined if it has none of them. */
export type KeyName = (request: KeyedRequest) => Promise<string | undefined>;

/**
 * Keys are kept and looked for by their hashes: how long that takes says nothing of a key. They come
 * as `Authorization: Bearer …`, as most clients send them, or as `x-api-key`, as Anthropic's do.
 */
export function apiKeys(keys: readonly string[]): KeyName {
  const names = Promise.all(
    keys.map(async (key, index) => [await hashOf(key), `key-${index + 1}`] as const),
  ).then((entries) => new Map(entries));
  return async ({ headers }) => {
    const [, bearer] = /^Bearer +(\S+)$/i.exec(headers.get("authorization") ?? "") ?? [];
    const key = bearer ?? headers.get("x-api-key");
    return typeof key === "string" ? (await names).get(await hashOf(key)) : undefined;
  };
}

async function hashOf(key: string): Promise<string> {
  const bytes = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
