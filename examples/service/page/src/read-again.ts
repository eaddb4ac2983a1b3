import { decodeSse } from "@millrace/sse";
import { dataOf } from "./answer-event.ts";
import { cutAnew } from "./cuts.ts";
import { startReader, type Reading } from "./reading.ts";

interface ReadAgain {
  reading: Reading;
  /** What the decoder got this time. */
  pieces: Uint8Array[];
}

/**
 * Reads what has come once more, cut in another way. Stages are pure: no network, no waiting; the
 * whole answer goes through all of them while the slider moves.
 */
export function readAgain(
  connections: readonly (readonly Uint8Array[])[],
  size: number | undefined,
): ReadAgain {
  const reader = startReader();
  const pieces: Uint8Array[] = [];
  for (const chunks of connections) {
    // A new connection begins with a new event: half of one is forgotten.
    const decoder = decodeSse().start((event) => {
      const { part } = dataOf(event);
      if (part !== undefined) reader.push(part);
    });
    for (const piece of cutAnew(chunks, size)) {
      pieces.push(piece);
      decoder.push(piece);
    }
  }
  reader.flush();
  return { reading: reader.reading, pieces };
}
