/**
 * Gives the data of each event of the service to `take`. The browser's own EventSource cannot: it
 * only does GET. The service writes each event as one `data` line, so that is all there is to read.
 */
export async function readEvents(body, take) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let held = ""; // the beginning of a line
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (held + value).split("\n");
    held = lines.pop();
    for (const line of lines) {
      if (line.startsWith("data: ")) take(JSON.parse(line.slice("data: ".length)));
    }
  }
}
