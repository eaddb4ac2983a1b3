import type { MiddlewareHandler } from "hono";
import { Failure } from "../failure.ts";

const FIRST_ROOM = 4096; // bytes

/**
 * Refuses a body of more bytes than so many: by the length that it says it has, or else while it comes.
 *
 * Hono's own puts a copy of the request in its place. Node's `Request` takes none of a server that leaves
 * what is global alone, so that no body without a length would be read; and where it can be made, its
 * signal is forgotten with it, and no client that leaves is heard of. So only the text is put there, where
 * Hono keeps what it has read.
 */
export function limitBody(most: number): MiddlewareHandler {
  return async ({ req }, next) => {
    const { headers, body } = req.raw;
    const length = headers.has("transfer-encoding") ? null : headers.get("content-length");
    if (Number(length) > most) throw tooLarge(most);
    if (length === null && body !== null) {
      const text = new Response(await readWithin(most, body)).text();
      Object.assign(req.bodyCache, { text });
    }
    await next();
  };
}

/** In room that doubles: there may be as many chunks as bytes. */
async function readWithin(most: number, body: ReadableStream<Uint8Array>) {
  const reader = body.getReader();
  let bytes = new Uint8Array(FIRST_ROOM);
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return bytes.subarray(0, size);
    const before = size;
    size += value.length;
    if (size > most) throw tooLarge(most);
    if (size > bytes.length) {
      const grown = new Uint8Array(Math.max(size, 2 * bytes.length));
      grown.set(bytes);
      bytes = grown;
    }
    bytes.set(value, before);
  }
}

function tooLarge(most: number): Failure {
  return new Failure(`body: longer than ${most} bytes`, {
    status: 413,
    kind: "too-large",
    retryable: false,
    field: "body",
  });
}
