import { expect, test } from "vitest";
import { appendQueue, type Group } from "./append-queue.ts";

const entry = (seq: number, text = "") => ({ seq, text });

/** Sends nothing until it is told how that went. */
function heldQueue() {
  const sent: { id: string; epoch: number; group: Group; settle: (error?: Error) => void }[] = [];
  const append = appendQueue(
    (id, epoch, group) =>
      new Promise<void>((resolve, reject) => {
        sent.push({
          id,
          epoch,
          group,
          settle: (error) => {
            if (error === undefined) resolve();
            else reject(error);
          },
        });
      }),
  );
  const numbers = () =>
    sent.map(({ group }) => [
      ...group.entries.map(({ seq }) => seq),
      ...(group.end ? ["end"] : []),
    ]);
  return { append, sent, numbers };
}

async function turn(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}

test("The first append goes out at once, and those that wait behind it go as one", async () => {
  const { append, sent, numbers } = heldQueue();
  const appends = [1, 2, 3, 4].map((seq) => append("a", 1, [entry(seq)], seq === 4));
  expect(numbers()).toEqual([[1]]);
  sent[0]?.settle();
  await turn();
  expect(numbers()).toEqual([[1], [2, 3, 4, "end"]]);
  sent[1]?.settle();
  await Promise.all(appends);
});

test("Streams, and epochs of a stream, do not wait for each other", () => {
  const { append, numbers } = heldQueue();
  void append("a", 1, [entry(1)], false);
  void append("b", 1, [entry(7)], false);
  void append("a", 2, [entry(2)], false);
  expect(numbers()).toEqual([[1], [7], [2]]);
});

test("What does not follow is not joined: a repetition, a gap, what comes behind the end", async () => {
  const { append, sent, numbers } = heldQueue();
  void append("a", 1, [entry(1)], false);
  for (const [seq, end] of [
    [2, false],
    [2, false],
    [5, false],
    [6, true],
    [7, false],
  ] as const) {
    void append("a", 1, [entry(seq)], end);
  }
  for (let group = 0; group < 5; group++) {
    sent[group]?.settle();
    await turn();
  }
  expect(numbers()).toEqual([[1], [2], [2], [5, 6, "end"], [7]]);
});

test("A group ends before it gets too large", async () => {
  const { append, sent, numbers } = heldQueue();
  const LONG = "x".repeat(40_000);
  void append("a", 1, [entry(1)], false);
  for (const seq of [2, 3, 4]) void append("a", 1, [entry(seq, LONG)], false);
  for (let seq = 5; seq < 100; seq++) void append("a", 1, [entry(seq)], false);
  for (let group = 0; group < 5; group++) {
    sent[group]?.settle();
    await turn();
  }
  expect(numbers().map(({ length }) => length)).toEqual([1, 1, 1, 64, 32]);
});

test("A failure is that of all who were in the group, and of nobody else", async () => {
  const { append, sent } = heldQueue();
  const appends = [1, 2, 3].map((seq) => append("a", 1, [entry(seq)], false));
  const outcomes = Promise.allSettled(appends);
  sent[0]?.settle();
  await turn();
  sent[1]?.settle(new Error("no"));
  expect((await outcomes).map(({ status }) => status)).toEqual([
    "fulfilled",
    "rejected",
    "rejected",
  ]);
  const next = append("a", 1, [entry(2)], false);
  sent[2]?.settle();
  await next;
});
