/** What a program would do without a library: decode, search for blank lines, slice. */
export function sseReference(take: (data: string) => void): {
  push: (chunk: Uint8Array) => void;
} {
  const decoder = new TextDecoder();
  let rest = "";
  return {
    push(chunk) {
      const searched = Math.max(0, rest.length - 1); // a blank line may lie across the cut
      const text = rest + decoder.decode(chunk, { stream: true });
      let from = 0;
      let end = text.indexOf("\n\n", searched);
      while (end !== -1) {
        if (text.startsWith("data: ", from)) take(text.slice(from + "data: ".length, end));
        from = end + 2;
        end = text.indexOf("\n\n", from);
      }
      rest = from === 0 ? text : text.slice(from);
    },
  };
}
