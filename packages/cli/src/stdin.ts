import { pipe } from "@millrace/core";
import { abortable } from "@millrace/flow";
import type { Host } from "./host.ts";

/** What comes in, until it ends or the user interrupts, also while nothing comes. */
export function readStdin({ stdin, signal }: Host): ReadableStream<Uint8Array> {
  return pipe(stdin).pipeThrough(abortable(signal));
}
