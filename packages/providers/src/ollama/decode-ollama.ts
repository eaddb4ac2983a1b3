import { stage, type Stage } from "@millrace/core";
import type { Part } from "@millrace/parts";
import { readAnswer, type DecoderOptions, type Format } from "../shared/read-answer.ts";
import { fields } from "../shared/wire.ts";
import type { OllamaChunk, OllamaLine } from "./chunk.ts";
import { ollamaDeltaPlace, readOllama } from "./read-ollama.ts";

const FORMAT: Format = {
  stage: "decodeOllama",
  title: "Ollama",
  name: "ollama",
  deltaPlace: ollamaDeltaPlace,
  open: readOllama,
};

/**
 * The answer of Ollama's own API, `/api/chat` or `/api/generate`.
 *
 * - **In:** the lines of the body, from `lines({ terminator: "drop" })`; or what `ndjson()` makes of
 *   them, best with `onInvalidLine: "emit"`, which lets what is no JSON be heard; or the chunk
 *   objects of the `ollama` package.
 * - **Out:** parts, in the grammar that `checkParts` checks. Thinking is reasoning.
 * - **When:** a delta at once; a call, which comes whole, at once; the ends of blocks with what
 *   follows them; `finish` with the line that says `done`, which ends the stream.
 * - **Limits:** `maxHeld` bounds what is remembered: input of tools and ids.
 * - **Errors:** a line that holds an error, or is none of this format, is an `error` part; the answer
 *   goes on with whatever follows. If the source fails, blocks are ended, an `error` and a `finish`
 *   are emitted, and the output fails with the source's reason. It throws nothing but a
 *   `LimitError`.
 * - **Fields without a place in the model:** the last value of each on the `finish`, under
 *   `providerMetadata`: durations, in nanoseconds, and the context of `/api/generate`.
 * - **Cost:** a line that differs from the last one in its delta and its time alone is compared, not
 *   parsed; any other costs one `JSON.parse` and a look at each of its fields.
 * - **Source:** Ollama's API documentation and server.
 *
 * @example
 * ```ts
 * import { fuse, run } from "@millrace/core";
 * import { text } from "@millrace/parts";
 * import { decodeOllama } from "@millrace/providers/ollama";
 *
 * const lines = [
 *   '{"model":"llama3.1","message":{"role":"assistant","content":"Good "},"done":false}',
 *   '{"model":"llama3.1","message":{"role":"assistant","content":"morning"},"done":false}',
 *   '{"model":"llama3.1","message":{"content":""},"done":true,"done_reason":"stop"}',
 * ];
 * run(fuse(decodeOllama(), text()), lines); // => ["Good ", "morning"]
 * ```
 */
export function decodeOllama(
  options: DecoderOptions = {},
): Stage<string | OllamaChunk | OllamaLine, Part> {
  return stage((emit, end) => {
    const machine = readAnswer<unknown>(FORMAT, options, emit, end);
    return {
      ...machine,
      push(input) {
        const { line, value } = fields(input);
        machine.push(typeof line === "string" ? line : (value ?? input));
      },
    };
  });
}
