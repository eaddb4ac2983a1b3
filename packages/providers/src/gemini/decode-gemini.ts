import { stage, type Stage } from "@millrace/core";
import type { Part } from "@millrace/parts";
import type { SseEvent } from "@millrace/sse";
import { readAnswer, type DecoderOptions, type Format } from "../shared/read-answer.ts";
import type { GeminiChunk } from "./chunk.ts";
import { geminiDeltaPlace } from "./delta-place.ts";
import { readGemini } from "./read-gemini.ts";

const FORMAT: Format = {
  stage: "decodeGemini",
  title: "Gemini",
  name: "gemini",
  deltaPlace: geminiDeltaPlace,
  open: readGemini,
};

/**
 * The answer of `generateContent`, as it streams from Gemini's own API and from Vertex.
 *
 * - **In:** `SseEvent`s, from `decodeSse({ incomplete: "dispatch", strays: "dispatch" })`, since
 *   errors may come bare; or the elements of the JSON array that comes without `alt=sse`; or the
 *   chunk objects of `@google/genai`.
 * - **Out:** parts, in the grammar that `checkParts` checks. Text that is marked as thought is
 *   reasoning of the kind `summary`. Arguments that come by JSON path are written as one JSON text.
 *   A thought's signature stands on its `reasoning-end`, any other in the `providerMetadata` of what
 *   it came with, which may be an empty delta: each has to be sent back in its place.
 * - **When:** a delta at once; a call with its last piece, or with what follows it; the ends of the
 *   last blocks and `finish` at the end of the input, since the format has no word for it.
 * - **Limits:** `maxHeld` bounds what is remembered: input of tools, ids, addresses of sources.
 * - **Errors:** what the provider sends as an error, and what is no event of this format, is an
 *   `error` part; the answer goes on with whatever follows. If the source fails, blocks are ended,
 *   an `error` and a `finish` are emitted, and the output fails with the source's reason. Arguments
 *   that cannot be written in order are an `error`, and their call stays `truncated`. It throws
 *   nothing but a `LimitError`.
 * - **Fields without a place in the model:** the last value of each on the `finish`, under
 *   `providerMetadata`; unknown parts as `custom` parts. Offsets of citations are in bytes: they are
 *   told where these are UTF-16 units, too.
 * - **Cost:** of an event that differs from the last one in its text and its counts of tokens alone,
 *   these are parsed; any other costs one `JSON.parse` and a look at each of its fields.
 * - **Source:** Google's API reference, `GenerateContentResponse`; RFC 9535 for the paths.
 *
 * @example
 * ```ts
 * import { fuse, run } from "@millrace/core";
 * import { text } from "@millrace/parts";
 * import { decodeGemini } from "@millrace/providers/gemini";
 *
 * const chunks = [
 *   { candidates: [{ content: { parts: [{ text: "Good " }] } }] },
 *   { candidates: [{ content: { parts: [{ text: "morning" }] }, finishReason: "STOP" }] },
 * ];
 * run(fuse(decodeGemini(), text()), chunks); // => ["Good ", "morning"]
 * ```
 */
export function decodeGemini(options: DecoderOptions = {}): Stage<SseEvent | GeminiChunk, Part> {
  return stage((emit, end) => readAnswer(FORMAT, options, emit, end));
}
