import { fuse, type Stage } from "@millrace/core";
import type { Part } from "@millrace/parts";
import { decodeSse, type SseEvent } from "@millrace/sse";

/** From the bytes of an event stream to parts, so that everything a server says is heard. */
export function decodeEvents(decoder: Stage<SseEvent, Part>): Stage<Uint8Array, Part> {
  return fuse(decodeSse({ incomplete: "dispatch", strays: "dispatch" }), decoder);
}
