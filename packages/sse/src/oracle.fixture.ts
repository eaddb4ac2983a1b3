import type { SseEvent } from "./sse-event.ts";

/** The standard's algorithm, step by step, over the whole text: slow and obvious. */
export function interpret(stream: string): SseEvent[] {
  const events: SseEvent[] = [];
  const text = stream.startsWith("\uFEFF") ? stream.slice(1) : stream;
  const lines = text.split(/\r\n|\r|\n/);
  lines.pop(); // what no line end has ended
  let data = "";
  let type = "";
  let lastEventId = "";
  let id: string | undefined;
  for (const line of lines) {
    if (line === "") {
      if (data !== "") {
        const event = { type: type || "message", data: data.replace(/\n$/, ""), lastEventId };
        events.push(id === undefined ? event : { ...event, id });
      }
      data = type = "";
      id = undefined;
      continue;
    }
    const [, name, value = ""] = /^([^:]*)(?:: ?([^]*))?$/.exec(line) ?? [];
    if (name === "event") type = value;
    if (name === "data") data += `${value}\n`;
    if (name === "id" && !value.includes("\0")) lastEventId = id = value;
  }
  return events;
}
