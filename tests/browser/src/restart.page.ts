import { connectSse } from "@millrace/sse";

// The same events twice: by what the browser brings along, and by ours.

function openColumn(id: string) {
  const section = document.getElementById(id)!;
  const state = section.querySelector("[role=status]")!;
  const list = section.querySelector("ol")!;
  let connection = 0;

  function say(what: string): void {
    state.textContent = what;
  }

  return {
    say,
    opened() {
      connection++;
      say(`Connection ${connection} is open.`);
    },
    show(text: string, isLast: boolean) {
      const item = document.createElement("li");
      item.textContent = text;
      item.dataset["connection"] = String(connection);
      item.classList.toggle("last", isLast);
      list.append(item);
    },
  };
}

function streamByEventSource(): void {
  const column = openColumn("event-source");
  const source = new EventSource("/events?by=EventSource");
  source.onopen = () => column.opened();
  source.onmessage = ({ data }: MessageEvent<string>) => column.show(data, false);
  source.addEventListener("done", ({ data }: MessageEvent<string>) => column.show(data, true));
  source.onerror = () => {
    column.say(source.readyState === EventSource.CLOSED ? "Ended." : "Lost: it comes back …");
  };
}

async function streamByFetch(): Promise<void> {
  const column = openColumn("fetch");
  const events = connectSse("/events?by=fetch", {
    onOpen: () => column.opened(),
    onReconnect: () => column.say("Lost: it comes back …"),
  });
  for await (const { type, data } of events) column.show(data, type === "done");
  column.say("Ended.");
}

streamByEventSource();
void streamByFetch();
