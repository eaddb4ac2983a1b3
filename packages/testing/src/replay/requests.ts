/**
 * How a request ended. `finished`: all was sent. `aborted`: the client went away first. `broken`:
 * the upstream broke off, as it was told to. `closed`: the upstream was closed.
 */
export type Outcome = "finished" | "aborted" | "broken" | "closed";

/** A request that came in, and what has become of it. */
export interface ReplayRequest {
  /** Counted from 0 in the order in which the bodies were in. */
  readonly index: number;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** From `?` on, or empty. */
  readonly search: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** The body as JSON; `undefined` if it is none. */
  readonly json: unknown;
  /** Milliseconds on the clock of `performance.now()`, as `endedAt`. */
  readonly startedAt: number;
  /** Bytes of the body that the system has taken. */
  readonly bytesSent: number;
  /** `undefined` while it is being answered. */
  readonly outcome: Outcome | undefined;
  readonly endedAt: number | undefined;
  /** Settles with the outcome; never rejects. */
  readonly ended: Promise<Outcome>;
}

/** What the server knows of a request before it answers. */
export type Arrival = Pick<
  ReplayRequest,
  "method" | "path" | "search" | "headers" | "body" | "json"
>;

/** A request as the server sees it. */
interface Entry {
  request: ReplayRequest;
  count: (bytes: number) => void;
  end: (outcome: Outcome) => void;
}

/** The log of a server's requests: of the last ones only, so that it may run for ever. */
interface RequestLog {
  all: ReplayRequest[];
  add: (arrival: Arrival) => Entry;
  /** Resolves when request `index` is there. */
  wait: (index: number) => Promise<ReplayRequest>;
  /** No more will come. Resolves when all have ended. */
  close: () => Promise<void>;
}

const MAX_REMEMBERED = 1000;

export function openRequestLog(): RequestLog {
  const all: ReplayRequest[] = []; // the last ones
  const open = new Set<Promise<Outcome>>(); // `ended` of those that have not
  const waiters = new Set<Waiter>();
  let next = 0; // the index of the request that comes next
  let closed = false;

  function add(arrival: Arrival): Entry {
    const entry = openEntry(arrival, next++);
    const { request } = entry;
    all.push(request);
    if (all.length > MAX_REMEMBERED) all.shift();
    open.add(request.ended);
    void request.ended.then(() => open.delete(request.ended));
    for (const waiter of waiters) {
      if (waiter.index !== request.index) continue;
      waiters.delete(waiter);
      waiter.resolve(request);
    }
    return entry;
  }

  function wait(index: number): Promise<ReplayRequest> {
    const promise = new Promise<ReplayRequest>((resolve, reject) => {
      const there = all.find((request) => request.index === index);
      if (there !== undefined) resolve(there);
      else if (index < next) reject(new Error(`Cannot find request ${index}: it is forgotten`));
      else if (closed) reject(neverCame(index));
      else waiters.add({ index, resolve, reject });
    });
    promise.catch(ignore); // who no longer waits when the upstream closes need not be told
    return promise;
  }

  async function close(): Promise<void> {
    closed = true;
    for (const waiter of waiters) waiter.reject(neverCame(waiter.index));
    waiters.clear();
    await Promise.all(open);
  }

  return { all, add, wait, close };
}

interface Waiter {
  index: number;
  resolve: (request: ReplayRequest) => void;
  reject: (reason: Error) => void;
}

function openEntry(arrival: Arrival, index: number): Entry {
  let settle: (outcome: Outcome) => void;
  const request = {
    ...arrival,
    index,
    startedAt: performance.now(),
    bytesSent: 0,
    outcome: undefined as Outcome | undefined,
    endedAt: undefined as number | undefined,
    ended: new Promise<Outcome>((resolve) => {
      settle = resolve;
    }),
  };
  return {
    request,
    count(bytes) {
      request.bytesSent += bytes;
    },
    end(outcome) {
      request.outcome = outcome;
      request.endedAt = performance.now();
      settle(outcome);
    },
  };
}

function neverCame(index: number): Error {
  return new Error(
    `Cannot wait for request ${index}: the replay upstream was closed before it came`,
  );
}

function ignore(): void {
  // See above.
}
