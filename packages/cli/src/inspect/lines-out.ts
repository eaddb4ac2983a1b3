import type { Output } from "../host.ts";
import { openPrinter } from "../printer.ts";

/** Lines to an output, and a source that waits for them. */
export interface LinesOut {
  write(this: void, line: string): void;
  /** The same chunks, each when the lines made of those before are taken; none once the output fails. */
  paced<T>(this: void, chunks: AsyncIterable<T>): AsyncGenerator<T>;
  finish(this: void): Promise<void>;
}

export function openLines(output: Output, signal: AbortSignal): LinesOut {
  const encoder = new TextEncoder();
  let wait: Promise<void> | undefined;
  let hasFailed = false;
  const printer = openPrinter(output, () => {
    hasFailed = true;
  });
  return {
    write(line) {
      wait = printer.print(encoder.encode(`${line}\n`)) ?? wait;
    },
    async *paced(chunks) {
      for await (const chunk of chunks) {
        signal.throwIfAborted();
        if (hasFailed) return;
        yield chunk;
        const before = wait;
        wait = undefined;
        if (before !== undefined) await before;
      }
    },
    finish: printer.finish,
  };
}
