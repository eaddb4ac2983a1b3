import type { Stage } from "@millrace/core";
import type { Part } from "@millrace/parts";
import { decodeSse } from "@millrace/sse";

/** A provider's stream, as bytes and as its SDK gives it. */
export interface Source {
  name: string;
  decode: () => Stage<object, Part>;
  /** From bytes to what the decoder takes. */
  units: () => Stage<Uint8Array, object>;
  contentType: string;
  events: readonly (string | Uint8Array)[];
  open: (url: string) => AsyncIterable<object> | Promise<AsyncIterable<object>>;
  /** An error in the middle of the stream, and what becomes of it. */
  error: string | Uint8Array;
  kind: string;
}

export const eventSource: Pick<Source, "units" | "contentType"> = {
  units: () => decodeSse({ incomplete: "dispatch", strays: "dispatch" }),
  contentType: "text/event-stream",
};
