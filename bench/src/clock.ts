/**
 * Milliseconds that this thread has been computing. On a quiet machine it goes with the clock,
 * since no contender waits for anything; on a busy one it stands still while others have the CPU.
 */
export function threadMs(): number {
  const { threadCpuUsage } = process as Partial<WithThreadUsage>;
  if (threadCpuUsage === undefined) return performance.now(); // before Node 23.9
  const { user, system } = threadCpuUsage.call(process);
  return (user + system) / MICROSECONDS;
}

const MICROSECONDS = 1_000; // in a millisecond

/** What the types of the oldest Node do not know. */
interface WithThreadUsage {
  threadCpuUsage: () => { user: number; system: number };
}
