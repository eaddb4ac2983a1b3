import { millraceV1, startClient } from "@millrace/ws/protocol";
import { deltas } from "../inputs/deltas.ts";
import type { Row, Sink, Workload } from "../src/workload.ts";

const ITEMS = 10_000;
const LIMITS = { maxFrameBytes: 2 ** 24, maxDepth: 512 };
const ignore = () => undefined;

export const workload: Workload = {
  about:
    "Items through both machines of millrace.v1, without a socket: numbers, credit and life signs, " +
    "beside the JSON of the same frames alone",
  rows: [row("an item a frame", 1), row("eight items a frame", 8)],
};

function row(name: string, together: number): Row {
  return {
    name,
    size: ITEMS,
    equal: "outputs",
    prepare(size) {
      const items = deltas(size).map((content) => ({
        choices: [{ index: 0, delta: { content } }],
      }));
      const frames = Array.from({ length: Math.ceil(size / together) }, (_, index) =>
        items.slice(index * together, (index + 1) * together),
      );
      return Promise.resolve([
        { name: "JSON, there and back", run: (sink) => throughJson(frames, sink) },
        {
          name: "millrace",
          targets: [{ atMost: 2 }],
          run: (sink) => throughMachines(frames, sink),
        },
      ]);
    },
  };
}

type Frames = { choices: { delta: { content: string } }[] }[][];

function throughJson(frames: Frames, sink: Sink): void {
  let seq = 1;
  for (const items of frames) {
    const text = JSON.stringify({ type: "parts", id: "1", seq, items });
    seq += items.length;
    const frame = JSON.parse(text) as { items: Frames[number] };
    for (const item of frame.items) sink(item.choices[0]!.delta.content);
  }
}

function throughMachines(frames: Frames, sink: Sink): void {
  const client = startClient(
    { ...LIMITS, window: 65_536, maxOutboxBytes: 65_536, welcomeTimeout: 10_000 },
    {
      send: (text) => {
        server.receive(text, 0);
      },
      items(id, values, bytes) {
        for (const item of values as Frames[number]) sink(item.choices[0]!.delta.content);
        client.consumed(id, bytes);
      },
      ...{ close: ignore, welcome: ignore, goaway: ignore, ended: ignore },
    },
  );
  const server = millraceV1.start(
    {
      ...{ ...LIMITS, session: "s", durable: false, maxFramesPerSecond: Infinity, maxStreams: 1 },
      ...{ maxPayloadBytes: 65_536, helloTimeout: 10_000, heartbeat: 30_000 },
    },
    {
      send: (text) => {
        client.receive(text, 0);
      },
      authenticate: () => {
        server.accept(0);
      },
      open: ({ id }) => {
        server.opened(id, 0);
      },
      ...{ attach: ignore, cancel: ignore, detach: ignore, pull: ignore, close: ignore },
    },
    0,
  );
  client.request("1", "stream", undefined);
  client.connected(undefined, 0);
  let seq = 1;
  for (const items of frames) {
    if (!server.mayPart("1")) throw new Error("There is no credit, though all was consumed");
    server.part(
      "1",
      items.map((value) => ({ seq: seq++, value })),
    );
  }
  server.end("1");
}
