import { pipe } from "@millrace/core";
import { piecesOf, type Cut } from "./cuts.ts";
import type { Connection } from "./wire.ts";

/** Who watches the bytes on their way to the decoder. */
export interface Tap {
  connection: Connection;
  /** Told of each chunk of the network. */
  onChunk: (bytes: Uint8Array) => void;
  /** Told of each piece that the decoder gets. */
  onPiece: (bytes: Uint8Array) => void;
  /** How chunks are cut from now on; asked for each of them. */
  cut: () => Cut;
}

/** The same response, its body watched, cut anew and held back as told. */
export function tapped(response: Response, tap: Tap): Response {
  const { status, headers } = response;
  const body = response.body === null ? null : pipe(pieces(response.body, tap));
  return new Response(body, { status, headers });
}

async function* pieces(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  { connection, onChunk, onPiece, cut }: Tap,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for await (const bytes of pipe(body)) {
    onChunk(bytes);
    const { size, jitter } = cut();
    for (const piece of piecesOf(bytes, size)) {
      if (jitter > 0) await sleep(Math.random() * jitter);
      connection.taken += piece.length;
      onPiece(piece);
      yield piece as Uint8Array<ArrayBuffer>;
    }
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
