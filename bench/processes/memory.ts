import { setImmediate as turn } from "node:timers/promises";
import { getHeapCodeStatistics } from "node:v8";

/** Bytes that a process holds when the garbage is out. */
export interface Memory {
  /** Objects and strings. */
  heap: number;
  /** What the engine has compiled, which it does now and then as long as a program runs. */
  code: number;
  /** What array buffers hold outside of the heap. */
  buffers: number;
  /** All that the system has given to the process. */
  resident: number;
}

/** Needs `--expose-gc`. */
export async function measureMemory(): Promise<Memory> {
  // What one round finalizes, the next one frees.
  for (let round = 0; round < 3; round++) {
    globalThis.gc!();
    await turn();
  }
  const { heapUsed, arrayBuffers, rss } = process.memoryUsage();
  const { code_and_metadata_size, bytecode_and_metadata_size } = getHeapCodeStatistics();
  const code = code_and_metadata_size + bytecode_and_metadata_size;
  return { heap: heapUsed - code, code, buffers: arrayBuffers, resident: rss };
}

export const MEBIBYTE = 1_048_576;

/** Microseconds that this process has had of the processors. */
export function computed(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
