import { timeout, TimeoutError } from "@millrace/flow";

/**
 * The platform's `fetch`, but for a server that falls silent: a `TimeoutError` when not one byte came
 * for so many milliseconds, before the response or in it, while somebody waited. What keeps a
 * connection alive counts, and so does an event that is long under way.
 */
export function fetchWithin(idleTimeout: number): typeof fetch {
  return async (input, init) => {
    const silence = new AbortController();
    const timer = setTimeout(() => {
      silence.abort(new TimeoutError("first", idleTimeout));
    }, idleTimeout);
    const signals = [silence.signal, ...(init?.signal instanceof AbortSignal ? [init.signal] : [])];
    try {
      const response = await fetch(input, { ...init, signal: AbortSignal.any(signals) });
      if (!response.ok || response.body === null) return response;
      const { status, statusText, headers } = response;
      const limits = timeout<Uint8Array<ArrayBuffer>>({ first: idleTimeout, idle: idleTimeout });
      return new Response(response.body.pipeThrough(limits), { status, statusText, headers });
    } finally {
      clearTimeout(timer);
    }
  };
}
