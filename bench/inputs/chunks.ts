const LENGTHS = { "64 KiB chunks": 65_536, "64-byte chunks": 64, "16-byte chunks": 16 };

/** How an input is cut: into the largest chunks of a network, one a unit, or into bytes. */
export type Cut = keyof typeof LENGTHS | "one event a chunk";

export function cutBytes(units: readonly string[], cut: Cut): Uint8Array[] {
  const encoder = new TextEncoder();
  if (cut === "one event a chunk") return units.map((unit) => encoder.encode(unit));
  const bytes = encoder.encode(units.join(""));
  const length = LENGTHS[cut];
  const chunks: Uint8Array[] = [];
  for (let from = 0; from < bytes.length; from += length) {
    // Copies, as a network gives them: each with a buffer of its own.
    chunks.push(bytes.slice(from, from + length));
  }
  return chunks;
}

export function cutText(text: string, length: number): string[] {
  const chunks: string[] = [];
  for (let from = 0; from < text.length; from += length)
    chunks.push(asReceived(text.slice(from, from + length)));
  return chunks;
}

/** A string of its own, as a decoder gives them: a slice would be a view of the whole text. */
export function asReceived(chunk: string): string {
  const isCutInPair = /\p{Surrogate}/u.test(chunk);
  return isCutInPair ? chunk : new TextDecoder().decode(new TextEncoder().encode(chunk));
}

/**
 * What `fetch` gives as a body, without the network: a byte stream, pulled asynchronously, with a
 * buffer of its own for each chunk.
 */
export function bodyOf(chunks: readonly Uint8Array[]): ReadableStream<Uint8Array> {
  let index = 0;
  return new ReadableStream({
    type: "bytes",
    async pull(controller) {
      await Promise.resolve();
      if (index < chunks.length) controller.enqueue(new Uint8Array(chunks[index++]!));
      else controller.close();
    },
  });
}

/** The cheapest stream there is: nothing queued, nothing awaited. */
export function streamOf<T>(chunks: readonly T[]): ReadableStream<T> {
  let index = 0;
  return new ReadableStream<T>(
    {
      pull(controller) {
        if (index < chunks.length) controller.enqueue(chunks[index++]!);
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

/** Reads a stream to its end with the platform's reader, which is faster than `for await`. */
export async function drain<T>(stream: ReadableStream<T>, take: (item: T) => void): Promise<void> {
  const reader = stream.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    take(value);
  }
}
