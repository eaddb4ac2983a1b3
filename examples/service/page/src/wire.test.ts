import { expect, test } from "vitest";
import { countEvent, decodedChunks, emptyWire } from "./wire.ts";

function countAll(...seqs: number[]) {
  const wire = emptyWire(0);
  for (const seq of seqs) countEvent(wire, seq);
  const { events, doubled, missing, lastSeq } = wire;
  return { events, doubled, missing, lastSeq };
}

test("Events in order are neither doubled nor missing", () => {
  expect(countAll(1, 2, 3)).toEqual({ events: 3, doubled: 0, missing: 0, lastSeq: 3 });
});

test("An event that comes twice is counted as doubled, one that never comes as missing", () => {
  expect(countAll(1, 2, 2)).toMatchObject({ doubled: 1, missing: 0 });
  expect(countAll(1, 4)).toMatchObject({ doubled: 0, missing: 2, lastSeq: 4 });
});

test("What was lost with a connection did not reach the decoder", () => {
  const wire = emptyWire(0);
  const chunks = [Uint8Array.of(1, 2), Uint8Array.of(3, 4)];
  wire.connections.push({ chunks, taken: 3 }, { chunks, taken: 4 }, { chunks, taken: 0 });
  expect(decodedChunks(wire).map((all) => all.map((chunk) => [...chunk]))).toEqual([
    [[1, 2], [3]],
    [
      [1, 2],
      [3, 4],
    ],
    [],
  ]);
});
