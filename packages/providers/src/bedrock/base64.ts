/** Bytes that come in pieces, each in a Base64 of its own or as they are. */
export interface Base64 {
  /** How many bytes the piece has; undefined if it is neither. */
  push(piece: unknown): number | undefined;
  /** All pieces, in one Base64. */
  readonly text: string;
}

export function base64(): Base64 {
  const pieces: string[] = []; // a character a byte

  return {
    push(piece) {
      const bytes = bytesOf(piece);
      if (bytes !== undefined) pieces.push(bytes);
      return bytes?.length;
    },
    get text() {
      return btoa(pieces.join(""));
    },
  };
}

function bytesOf(piece: unknown): string | undefined {
  if (piece instanceof Uint8Array) {
    return Array.from(piece, (byte) => String.fromCharCode(byte)).join("");
  }
  if (typeof piece !== "string") return undefined;
  try {
    return atob(piece);
  } catch {
    return undefined;
  }
}
