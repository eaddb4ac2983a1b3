import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { figureOf, type MemoryResult } from "./figures.ts";
import type { MemoryAnswer, MemoryOrder } from "./process.ts";
import { MEMORY_ROWS } from "./rows.ts";

const KIB_OF_MIB = 1_024;
const TARGET = 64; // MiB

/** Each contender in a process of its own, one after the other, all of them `runs` times. */
export async function measureMemory(row: string, runs: number): Promise<MemoryResult> {
  const { bytes, contenders } = MEMORY_ROWS[row]!;
  const idle: number[] = [];
  const peaks = new Map<string, number[]>();
  for (let run = 0; run < runs; run++) {
    idle.push((await ask({ bytes })).peak / KIB_OF_MIB);
    for (const contender of contenders) {
      const { name, peak } = await ask({ contender, bytes });
      peaks.set(name, [...(peaks.get(name) ?? []), peak / KIB_OF_MIB]);
    }
  }
  const figures = Array.from(peaks, ([name, found]) =>
    figureOf(name, idle, found, name.startsWith("millrace") ? TARGET : undefined),
  );
  return { row, contenders: figures };
}

/** It inherits the flags of this process. */
function ask(order: MemoryOrder): Promise<MemoryAnswer> {
  const child = fork(fileURLToPath(new URL("process.ts", import.meta.url)));
  return new Promise((resolve, reject) => {
    child.once("message", (answer) => {
      resolve(answer as MemoryAnswer);
    });
    child.once("exit", (code) => {
      reject(new Error(`${order.contender ?? "An idle process"} gave nothing (${String(code)})`));
    });
    child.send(order);
  });
}
