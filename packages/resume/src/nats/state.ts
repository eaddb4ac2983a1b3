import type { StoredStatus } from "@millrace/core/store";
import type { Task } from "../shared/patience.ts";
import type { Kept, LogMessage } from "./message.ts";
import type { Server } from "./server.ts";

/** A stream as it is now. */
export interface StreamState {
  last: Kept<LogMessage>;
  /** Milliseconds since the producer was there. */
  silentFor: number;
  /** The place of the last sign of life, whoever gave it; 0: none. */
  signedAt: number;
}

/**
 * What is known of a stream, unless its time is over. `last`: also of one that is forgotten, since its
 * messages may be there still.
 */
export async function stateOf(
  server: Server,
  task: Task,
): Promise<{ state?: StreamState; last?: Kept<LogMessage> }> {
  const [last, alive, now] = await Promise.all([
    server.last(task),
    server.lastSign(task, "alive"),
    server.now(task),
  ]);
  if (last === undefined) return {};
  const { born, epoch, ttl } = last.message;
  const isOwn = alive?.message.born === born && alive.message.epoch === epoch;
  const seen = Math.max(last.time, isOwn ? alive.time : 0);
  const silentFor = Math.max(0, now - seen);
  const signedAt = alive?.place ?? 0;
  return silentFor > ttl ? { last } : { last, state: { last, silentFor, signedAt } };
}

export async function statusOf(server: Server, id: string): Promise<StoredStatus> {
  const task = { verb: "look at", id };
  const [{ state }, first, read, now] = await Promise.all([
    stateOf(server, task),
    server.first(task),
    server.lastSign(task, "read"),
    server.now(task),
  ]);
  if (state === undefined) return MISSING;
  const { born, epoch, tail, end, lease } = state.last.message;
  const left = Math.max(0, Math.ceil(lease - state.silentFor));
  return {
    state: end ? "ended" : left > 0 ? "live" : "orphaned",
    epoch,
    oldest: oldestOf(first?.message ?? state.last.message),
    tail,
    leaseLeft: end ? 0 : left,
    unreadFor: read?.message.born === born ? Math.max(0, now - read.time) : Infinity,
  };
}

/** The first entry of a log that begins with this message. */
export function oldestOf({ tail, texts }: LogMessage): number {
  return tail - texts.length + 1;
}

const MISSING: StoredStatus = {
  state: "missing",
  epoch: 0,
  oldest: 1,
  tail: 0,
  leaseLeft: 0,
  unreadFor: Infinity,
};
