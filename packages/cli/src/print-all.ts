import type { Output } from "./host.ts";
import { openPrinter } from "./printer.ts";

const LINE_FEED = 0x0a;

export interface PrintAllOptions {
  /** Ends it: nothing more is read, and the source is cancelled. */
  signal: AbortSignal;
  /** A last line that does not end is ended. */
  endLine: boolean;
}

/**
 * Prints a stream of bytes as it comes. Rejects with the stream's error, behind all that came before it,
 * with the reason of the signal, or with what the output says when its reader has gone: then, too, the
 * source is cancelled at once.
 */
export async function printAll(
  stream: ReadableStream<Uint8Array>,
  output: Output,
  { signal, endLine }: PrintAllOptions,
): Promise<void> {
  const reader = stream.getReader();
  const cancel = (reason: unknown): void => void reader.cancel(reason).catch(() => undefined);
  const printer = openPrinter(output, cancel);
  const onAbort = (): void => {
    cancel(signal.reason);
  };
  signal.addEventListener("abort", onAbort);
  let lastByte = LINE_FEED;
  let broken: { error: unknown } | undefined;
  try {
    if (signal.aborted) onAbort();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      lastByte = value.at(-1) ?? lastByte;
      const wait = printer.print(value);
      if (wait !== undefined) await wait;
    }
  } catch (error) {
    broken = { error };
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
  if (endLine && lastByte !== LINE_FEED) void printer.print(Uint8Array.of(LINE_FEED));
  await printer.finish();
  if (broken !== undefined) throw broken.error;
  signal.throwIfAborted();
}
