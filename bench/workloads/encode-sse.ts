import { encodeSse, type SseEventMessage } from "@millrace/sse";
import { deltas } from "../inputs/deltas.ts";
import type { Row, Sink, Workload } from "../src/workload.ts";

const MESSAGES = 5_000;

export const workload: Workload = {
  about: "Messages to server-sent events. Peers lay out their events differently: none is compared",
  rows: [
    row("data alone", (data) => ({ data })),
    row("type, data and id", (data, index) => ({ type: "chunk", data, id: String(index) })),
  ],
};

function row(name: string, message: (data: string, index: number) => SseEventMessage): Row {
  return {
    name,
    size: MESSAGES,
    equal: "outputs",
    prepare(size) {
      const messages = deltas(size).map((content, index) =>
        message(JSON.stringify({ choices: [{ index: 0, delta: { content } }] }), index),
      );
      return Promise.resolve([
        { name: "line by line", run: byLine(messages) },
        {
          name: "millrace",
          targets: [{ atMost: 1 }],
          run: (sink) => {
            const machine = encodeSse().start(sink);
            for (const one of messages) machine.push(one);
            machine.flush();
          },
        },
        { name: "a template, which anything breaks out of", run: byTemplate(messages) },
      ]);
    },
  };
}

function byTemplate(messages: readonly SseEventMessage[]): (sink: Sink) => void {
  return (sink) => {
    for (const { type, data, id } of messages) {
      const head = type === undefined ? "" : `event: ${type}\n`;
      const tail = id === undefined ? "" : `id: ${id}\n`;
      sink(`${head}data: ${data}\n${tail}\n`);
    }
  };
}

/** As most libraries do it. */
function byLine(messages: readonly SseEventMessage[]): (sink: Sink) => void {
  return (sink) => {
    for (const { type, data, id } of messages) {
      const lines: string[] = [];
      if (type !== undefined) lines.push(`event: ${type.replace(/[\r\n]/g, "")}`);
      for (const line of data.split(/\r\n|[\r\n]/)) lines.push(`data: ${line}`);
      if (id !== undefined) lines.push(`id: ${id.replace(/[\r\n]/g, "")}`);
      sink(`${lines.join("\n")}\n\n`);
    }
  };
}
