// Reads a long answer in one way, or does nothing, and tells how much memory it has had at most.
import { readFileSync } from "node:fs";
import { chatText } from "../contenders/chat-text.ts";
import { drain } from "../inputs/chunks.ts";
import { longAnswer } from "./long-answer.ts";

export interface MemoryOrder {
  /** A key of `chatText`, or `bytes`, which drops them; without it nothing is read. */
  contender?: string;
  bytes: number;
}

export interface MemoryAnswer {
  name: string;
  /** KiB. */
  peak: number;
}

process.once("message", (order) => {
  void read(order as MemoryOrder).then((name) => {
    process.send!({ name, peak: peakOf() } satisfies MemoryAnswer, () => process.disconnect());
  });
});

/** The name of who has read it. */
async function read({ contender, bytes }: MemoryOrder): Promise<string> {
  const answer = longAnswer(bytes);
  if (contender === undefined) return "";
  if (contender === "bytes") {
    await drain(answer.open(), () => undefined);
    return "bytes read and dropped";
  }
  const [reader] = await chatText[contender]!(answer.open);
  if (reader === undefined) throw new Error(`${contender} is not installed`);
  let length = 0;
  await reader.run((delta) => {
    length += delta.length;
  });
  if (length === answer.textLength) return reader.name;
  throw new Error(`${reader.name} read ${length} characters instead of ${answer.textLength}`);
}

/** Linux hands the peak of who starts a process on to it; only here it has begun anew. */
function peakOf(): number {
  try {
    const status = readFileSync("/proc/self/status", "utf8");
    return Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)![1]);
  } catch {
    return process.resourceUsage().maxRSS;
  }
}
