import { Session, type Profiler, type Runtime } from "node:inspector/promises";
import type { Contender } from "./workload.ts";

const WARM_UP_MS = 500;
const PROFILE_MS = 2_000;
const INTERVAL_US = 200;
const SHOWN = 20;

/** Where a contender spends its time: own time by function. */
export interface Recording {
  name: string;
  functions: { where: string; share: number }[];
}

/** Runs a contender alone under the CPU profiler. */
export async function record(contender: Contender): Promise<Recording> {
  await repeat(contender, WARM_UP_MS);
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: INTERVAL_US });
  await session.post("Profiler.start");
  await repeat(contender, PROFILE_MS);
  const { profile } = await session.post("Profiler.stop");
  session.disconnect();
  return { name: contender.name, functions: ownTimes(profile) };
}

export function profileOf({ name, functions }: Recording): string {
  const lines = functions.map(
    ({ where, share }) => `  ${(share * 100).toFixed(1).padStart(5)} %  ${where}`,
  );
  return [name, ...lines, ""].join("\n");
}

async function repeat({ run }: Contender, milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds;
  while (performance.now() < end) await run(drop);
}

function drop(output: string): void {
  if (output.length < 0) throw new RangeError();
}

function ownTimes({ nodes, samples = [] }: Profiler.Profile): Recording["functions"] {
  const places = new Map(nodes.map(({ id, callFrame }) => [id, place(callFrame)]));
  const counts = new Map<string, number>();
  for (const sample of samples) {
    const where = places.get(sample)!;
    counts.set(where, (counts.get(where) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, left], [, right]) => right - left)
    .slice(0, SHOWN)
    .map(([where, count]) => ({ where, share: count / samples.length }));
}

function place({ functionName, url, lineNumber }: Runtime.CallFrame): string {
  const file = url.split("/").slice(-3).join("/");
  return `${functionName || "(anonymous)"}${file && `  ${file}:${String(lineNumber + 1)}`}`;
}
