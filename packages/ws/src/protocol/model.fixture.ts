// A client and a server, joined by a network that delays and cuts. It reorders nothing.
import { startClient } from "./millrace-client.ts";
import { millraceV1 } from "./millrace-server.ts";
import { isPassing } from "./close-codes.ts";
import type { ClientFailure } from "./client-machine.ts";
import type { ServerMachine } from "./server-machine.ts";

export const WINDOW = 200; // bytes: some three parts
const MAX_STREAMS = 3;
const HEARTBEAT = 1_000;
const TERMINAL = new Set(["end", "error", "cancelled", "detached", "gone"]);

export interface Step {
  op:
    | "request"
    | "produce"
    | "pump"
    | "up"
    | "down"
    | "read"
    | "cancel"
    | "detach"
    | "cut"
    | "connect"
    | "tick"
    | "drain"
    | "skip";
  n: number;
}

/** A stream as the server's application has it: the items are the numbers from 1 to `total`. */
interface Stored {
  total: number;
  produced: number;
  runs: number;
  cancelled: boolean;
  /** Its end was sent, perhaps in vain. */
  over: boolean;
}

/** A stream as the client's application sees it. */
export interface Seen {
  stream: string;
  total: number;
  values: unknown[];
  unread: { count: number; bytes: number }[];
  unreadBytes: number;
  mostUnread: number;
  ends: (ClientFailure | undefined)[];
  letGo: "cancel" | "detach" | undefined;
  refused: boolean;
}

interface Wire {
  machine: ServerMachine;
  up: string[];
  down: string[];
  deliveries: Map<string, { stream: string; next: number }>;
  terminated: Set<string>;
  open: boolean; // at the server
}

export interface World {
  step(step: Step): void;
  /** Lets everything come to its end, without any more cuts. */
  settle(): void;
  readonly seen: Seen[];
  readonly store: Map<string, Stored>;
  /** What must never happen. */
  readonly wrongs: string[];
  readonly size: () => number;
}

export function openWorld({ durable }: { durable: boolean }): World {
  const store = new Map<string, Stored>();
  const seen: Seen[] = [];
  const byId = new Map<string, Seen>();
  const wrongs: string[] = [];
  let wire: Wire | undefined; // as the client has it
  const lost: Wire[] = []; // what the server has not heard the end of yet
  let now = 0;
  let skipNext = false; // the network loses the next items, which no network does

  const client = startClient(
    {
      ...{ window: WINDOW, maxOutboxBytes: 100, welcomeTimeout: 500 },
      ...{ maxFrameBytes: 1_000, maxDepth: 10 },
    },
    {
      send: (text) => wire?.up.push(text),
      close(code, reason) {
        if (!isPassing(code)) wrongs.push(`the client closes with ${code} ${reason}`);
        loseWire();
      },
      welcome: () => undefined,
      goaway: () => undefined,
      items(id, values, bytes) {
        const one = byId.get(id)!;
        if (one.letGo !== undefined) wrongs.push(`items for ${id}, which was let go`);
        if (one.ends.length > 0) wrongs.push(`items for ${id} behind its end`);
        one.values.push(...values);
        one.unread.push({ count: values.length, bytes });
        one.unreadBytes += bytes;
        one.mostUnread = Math.max(one.mostUnread, one.unreadBytes);
      },
      ended(id, failure) {
        byId.get(id)!.ends.push(failure);
      },
    },
  );

  function loseWire(): void {
    if (wire === undefined) return;
    lost.push(wire);
    wire = undefined;
    client.disconnected();
  }

  function hangUp(one: Wire): void {
    one.open = false;
    if (!durable)
      for (const { stream } of one.deliveries.values()) store.get(stream)!.cancelled = true;
    one.deliveries.clear();
  }

  function connect(): void {
    if (wire !== undefined || client.size() === 0) return;
    const one: Wire = {
      ...{ up: [], down: [], deliveries: new Map(), terminated: new Set(), open: true },
      machine: undefined as unknown as ServerMachine,
    };
    one.machine = millraceV1.start(
      {
        ...{ session: "s", durable, maxFrameBytes: 1_000, maxDepth: 10, maxFramesPerSecond: 1e6 },
        ...{
          maxStreams: MAX_STREAMS,
          maxPayloadBytes: 500,
          helloTimeout: 500,
          heartbeat: HEARTBEAT,
        },
      },
      {
        send(text) {
          const { type, id } = JSON.parse(text) as { type: string; id?: string };
          if (id !== undefined && one.terminated.has(id)) wrongs.push(`${text} behind the end`);
          if (TERMINAL.has(type)) one.terminated.add(id!);
          if (skipNext && type.startsWith("part")) skipNext = false;
          else one.down.push(text);
        },
        close(code, reason) {
          if (!isPassing(code)) wrongs.push(`the server closes with ${code} ${reason}`);
          hangUp(one);
          one.down.push("close");
        },
        authenticate: () => one.machine.accept(now),
        open({ id, stream, payload }) {
          const known = store.get(stream!);
          if (known === undefined) {
            const { total } = payload as { total: number };
            store.set(stream!, { total, produced: 0, runs: 1, cancelled: false, over: false });
          } else if (!durable) known.runs++;
          one.deliveries.set(id, { stream: stream!, next: 1 });
          one.machine.opened(id, 0);
        },
        attach({ id, stream, after }) {
          if (!store.has(stream)) {
            one.machine.gone(id, undefined);
            return;
          }
          one.deliveries.set(id, { stream, next: after + 1 });
          one.machine.opened(id, after);
        },
        cancel(id, stream) {
          if (id !== undefined) one.deliveries.delete(id);
          // A name that is cancelled before it is opened is remembered: its `open` may come late, on a
          // connection that the client has given up.
          const stored = store.get(stream!) ?? { total: 0, produced: 0, runs: 0, over: true };
          store.set(stream!, { ...stored, cancelled: true });
        },
        detach: (id) => one.deliveries.delete(id),
        pull: () => undefined,
      },
      now,
    );
    wire = one;
    client.connected(undefined, now);
  }

  function pump(one: Wire, n: number): boolean {
    const all = [...one.deliveries];
    const found = all[n % all.length];
    if (found === undefined) return false;
    const [id, delivery] = found;
    const stored = store.get(delivery.stream)!;
    if (stored.cancelled && delivery.next > stored.produced) {
      one.deliveries.delete(id);
      one.machine.fail(id, { code: "stopped", message: "", retryable: false });
      return true;
    }
    if (delivery.next > stored.total) {
      one.deliveries.delete(id);
      stored.over = true;
      one.machine.end(id);
      return true;
    }
    if (delivery.next > stored.produced || !one.machine.mayPart(id)) return false;
    const count = Math.min(1 + (n % 3), stored.produced - delivery.next + 1);
    const first = delivery.next;
    const entries = Array.from({ length: count }, (_, at) => ({
      seq: first + at,
      value: first + at,
    }));
    delivery.next += count;
    one.machine.part(id, entries);
    return true;
  }

  function up(one: Wire): boolean {
    const text = one.up.shift();
    if (text === undefined) return false;
    const { id, stream } = JSON.parse(text) as { id?: string; stream?: string };
    if (id !== undefined && stream !== undefined) one.terminated.delete(id); // it is used anew
    if (one.open) one.machine.receive(text, now);
    return true;
  }

  function down(one: Wire): boolean {
    const text = one.down.shift();
    if (text === undefined) return false;
    if (text === "close") loseWire();
    else client.receive(text, now);
    return true;
  }

  function read(one: Seen | undefined): boolean {
    const next = one?.unread.shift();
    if (one === undefined || next === undefined) return false;
    one.unreadBytes -= next.bytes;
    for (const [id, other] of byId) if (other === one) client.consumed(id, next.bytes);
    return true;
  }

  function request(n: number): void {
    const total = n % 12;
    const stream = `stream ${seen.length}`;
    const one: Seen = {
      ...{ stream, total, values: [], unread: [], unreadBytes: 0, mostUnread: 0, ends: [] },
      ...{ letGo: undefined, refused: false },
    };
    seen.push(one);
    const id = String(seen.length);
    byId.set(id, one);
    one.refused = !client.request(id, stream, { total });
  }

  function letGo(n: number, how: "cancel" | "detach"): void {
    const all = [...byId].filter(
      ([, { ends, letGo, refused }]) => ends.length === 0 && letGo === undefined && !refused,
    );
    const found = all[n % all.length];
    if (found === undefined) return;
    found[1].letGo = how;
    if (how === "cancel") client.cancel(found[0], "enough");
    else client.detach(found[0]);
  }

  function tick(ms: number): void {
    now += ms;
    client.tick(now);
    if (wire?.open === true) wire.machine.tick(now);
    for (const one of lost) if (one.open) one.machine.tick(now);
  }

  function step({ op, n }: Step): void {
    const stored = [...store.values()];
    switch (op) {
      case "request":
        request(n);
        return;
      case "produce": {
        const one = stored[n % stored.length];
        if (one !== undefined && !one.cancelled)
          one.produced = Math.min(one.total, one.produced + 2);
        return;
      }
      case "pump":
        if (wire?.open === true) pump(wire, n);
        return;
      case "up":
        for (let left = n % 4; left >= 0 && wire !== undefined; left--) up(wire);
        // The server may still hear what was sent on a connection that the client has given up.
        for (const one of lost) if (n % 2 === 0) up(one);
        return;
      case "down":
        for (let left = n % 4; left >= 0 && wire !== undefined; left--) down(wire);
        return;
      case "read":
        read(seen[n % seen.length]);
        return;
      case "cancel":
      case "detach":
        letGo(n, op);
        return;
      case "cut":
        loseWire();
        for (const one of lost.splice(0, n % 3)) hangUp(one);
        return;
      case "connect":
        connect();
        return;
      case "tick":
        tick(n % 700);
        return;
      case "skip":
        skipNext = true;
        return;
      case "drain":
        if (wire?.open === true) wire.machine.drain({ retryAfter: 0, grace: 2_000 }, now);
        return;
    }
  }

  return {
    step,
    settle() {
      for (const one of lost.splice(0)) hangUp(one);
      skipNext = false;
      for (let round = 0, moved = true; moved && round < 10_000; round++) {
        moved = false;
        if (wire === undefined && client.size() > 0) {
          connect();
          moved = true;
        }
        for (const one of store.values()) if (!one.cancelled) one.produced = one.total;
        const one = wire;
        if (one !== undefined) {
          while (up(one)) moved = true;
          for (let n = 0; n < MAX_STREAMS; n++) if (one.open && pump(one, n)) moved = true;
          while (wire === one && down(one)) moved = true;
        }
        for (const reader of seen) while (read(reader)) moved = true;
        for (const left of lost.splice(0)) hangUp(left);
      }
    },
    seen,
    store,
    wrongs,
    size: client.size,
  };
}
