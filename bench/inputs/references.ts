/** Hand-written loops over bytes, as one would write them for a format without looking further. */
export interface ByteLoop {
  push: (chunk: Uint8Array) => void;
}

/** Lines of text. */
export function lineReference(take: (line: string) => void): ByteLoop {
  const decoder = new TextDecoder();
  let rest = "";
  return {
    push(chunk) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) if (line !== "") take(line);
    },
  };
}

/** The data of events that have one line of it, whatever ends the lines. */
export function dataReference(take: (data: string) => void): ByteLoop {
  return lineReference((line) => {
    if (line.startsWith("data: ")) take(line.slice("data: ".length));
  });
}

/** The payloads of frames, with no look at a checksum. */
export function frameReference(take: (payload: string) => void): ByteLoop {
  const decoder = new TextDecoder();
  let rest = new Uint8Array(0);
  return {
    push(chunk) {
      const bytes = new Uint8Array(rest.length + chunk.length);
      bytes.set(rest);
      bytes.set(chunk, rest.length);
      const view = new DataView(bytes.buffer);
      let from = 0;
      while (from + 4 <= bytes.length && from + view.getUint32(from) <= bytes.length) {
        const end = from + view.getUint32(from);
        const payload = from + 12 + view.getUint32(from + 4);
        take(decoder.decode(bytes.subarray(payload, end - 4)));
        from = end;
      }
      rest = bytes.slice(from);
    },
  };
}
