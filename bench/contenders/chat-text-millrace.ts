import { pipe } from "@millrace/core";
import { text } from "@millrace/parts";
import { decodeOpenaiChat } from "@millrace/providers/openai-chat";
import { decodeSse } from "@millrace/sse";
import { drain } from "../inputs/chunks.ts";
import type { Contender } from "../src/workload.ts";

type Source = () => ReadableStream<Uint8Array>;

export function openPipe(source: Source): Contender {
  return {
    name: "millrace, pipe",
    run: (sink) => drain(pipe(source(), decodeSse(), decodeOpenaiChat(), text()), sink),
  };
}

export function openPipeThrough(source: Source): Contender {
  return {
    name: "millrace, pipeThrough",
    run: (sink) =>
      drain(
        source().pipeThrough(decodeSse()).pipeThrough(decodeOpenaiChat()).pipeThrough(text()),
        sink,
      ),
  };
}
