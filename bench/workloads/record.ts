import { memoryStore, record, replay } from "@millrace/resume";
import { drain, streamOf } from "../inputs/chunks.ts";
import type { Sink, Workload } from "../src/workload.ts";

const ITEMS = 20_000;

interface Delta {
  type: "text-delta";
  id: string;
  delta: string;
}

export const workload: Workload = {
  about: "record and replay in memory, beside a loop that keeps the JSON of each item in an array",
  rows: [
    {
      name: "record, read as it flows",
      size: ITEMS,
      equal: "outputs",
      prepare(size) {
        const items = deltas(size);
        return Promise.resolve([
          { name: "read and keep", run: (sink) => keep(items, sink) },
          {
            name: "millrace",
            run: (sink) =>
              drain(record(streamOf(items), { id: "1", store: memoryStore() }), tell(sink)),
          },
        ]);
      },
    },
    {
      name: "replay of what is there",
      size: ITEMS,
      equal: "outputs",
      async prepare(size) {
        const items = deltas(size);
        const texts = items.map((item) => JSON.stringify(item));
        const store = memoryStore();
        await drain(record(items, { id: "1", store }), () => undefined);
        const parse = (text: string) => JSON.parse(text) as Delta;
        return [
          {
            name: "parse an array, as a stream",
            run: (sink) => drain(streamOf(texts), (text) => tell(sink)(parse(text))),
          },
          { name: "millrace", run: (sink) => drain(replay<Delta>({ id: "1", store }), tell(sink)) },
        ];
      },
    },
  ],
};

function deltas(count: number): Delta[] {
  return Array.from({ length: count }, (_, index) => ({
    type: "text-delta",
    id: "text-0",
    delta: `word ${String(index)} `,
  }));
}

function tell(sink: Sink): (item: Delta) => void {
  return ({ delta }) => {
    sink(delta);
  };
}

async function keep(items: Delta[], sink: Sink): Promise<void> {
  const kept: string[] = [];
  await drain(streamOf(items), (item) => {
    kept.push(JSON.stringify(item));
    sink(item.delta);
  });
}
