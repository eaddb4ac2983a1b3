/** How bytes reach the decoder, whatever the network made of them. */
export interface Cut {
  /** Bytes a chunk; `undefined`: as the network cut them. */
  size: number | undefined;
  /** Milliseconds that a chunk is held back at most. */
  jitter: number;
}

/** What the slider offers. */
export const SIZES: readonly (number | undefined)[] = [
  undefined,
  1,
  2,
  3,
  5,
  8,
  13,
  32,
  64,
  256,
  1024,
  4096,
];

export function nameOfSize(size: number | undefined): string {
  if (size === undefined) return "as the network cut it";
  return size === 1 ? "1 byte each" : `${size.toLocaleString("en")} bytes each`;
}

/** The pieces of one chunk. A view of the same bytes each: nothing is copied. */
export function* piecesOf(bytes: Uint8Array, size: number | undefined): Generator<Uint8Array> {
  if (size === undefined) {
    yield bytes;
    return;
  }
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

/** All bytes of a connection, cut anew: also across what the network had cut. */
export function cutAnew(
  chunks: readonly Uint8Array[],
  size: number | undefined,
): Iterable<Uint8Array> {
  return size === undefined ? chunks : piecesOf(joined(chunks), size);
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}
