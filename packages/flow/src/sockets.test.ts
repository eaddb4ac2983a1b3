import { slowReader } from "@millrace/testing";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { mapAsync, merge, tee, toArray } from "./index.ts";
import { startAnswerServer, type Answer, type AnswerServer } from "./server.fixture.ts";

// Operators over real connections: one that is cut, one that falls silent, one that nobody reads.

const TEXT = "The mill turns slowly. ".repeat(20);
const LONG = "The mill turns slowly. ".repeat(50_000); // more than sockets and streams hold

let server: AnswerServer;
beforeAll(async () => (server = await startAnswerServer()));
afterAll(() => server.close());

const ask = (answer: Answer): Promise<ReadableStream<string>> =>
  server.ask(answer, new AbortController().signal);

const quiet = (): Promise<void> =>
  vi.waitFor(() => {
    expect(server.open).toBe(0);
  });

test("merge: one that is cut fails the whole, and hangs up on one that is silent", async () => {
  const silent = await ask({ text: TEXT, stallAfter: 20 });
  const cut = await ask({ text: TEXT, dieAfter: 100 });
  const { outputs, ending } = await slowReader(merge({ silent, cut }));
  const textOf = (name: string) =>
    outputs.flatMap(([key, text]) => (key === name ? [text] : [])).join("");
  // How much of each comes before the cut is for the network to say.
  expect(TEXT.slice(0, 20)).toContain(textOf("silent"));
  expect(TEXT.slice(0, 100)).toContain(textOf("cut"));
  expect(ending.type).toBe("error");
  await quiet();
});

test("merge: with onError the others go on", async () => {
  const sources = { whole: await ask({ text: TEXT }), cut: await ask({ text: TEXT, dieAfter: 5 }) };
  const items = await toArray(merge(sources, { onError: () => 0 }));
  const textOf = items.flatMap(([key, text]) => (key === "whole" ? [text] : [])).join("");
  expect(textOf).toBe(TEXT);
  expect(items).toContainEqual(["cut", 0]);
  await quiet();
});

test("merge: cancelling hangs up on all", async () => {
  const silent = (): Promise<ReadableStream<string>> => ask({ text: TEXT, stallAfter: 5 });
  const reader = merge([await silent(), await silent()]).getReader();
  await reader.read();
  const pending = Promise.all([reader.read(), reader.read()]);
  await reader.cancel("enough");
  await pending;
  await quiet();
});

test("tee: all branches read all of it, and an error behind it", async () => {
  const [first, second] = tee(await ask({ text: TEXT, dieAfter: 100 }));
  const ends = await Promise.all([slowReader(first), slowReader(second, { delay: 1 })]);
  expect(ends[0].outputs.join("")).toBe(ends[1].outputs.join(""));
  expect(ends.map(({ ending }) => ending.type)).toEqual(["error", "error"]);
  await quiet();
});

test("tee: the connection lasts until the last branch is cancelled, in any order", async () => {
  for (const order of [
    [0, 1],
    [1, 0],
  ]) {
    const branches = tee(await ask({ text: TEXT, stallAfter: 20 }));
    const readers = branches.map((branch) => branch.getReader());
    await Promise.all(readers.map((reader) => reader.read()));
    const pending = readers.map((reader) => reader.read());
    await readers[order[0]!]!.cancel();
    expect(server.open).toBe(1);
    await readers[order[1]!]!.cancel();
    await Promise.all(pending);
    await quiet();
  }
});

test("tee: a branch that nobody reads stops the sender, until it is cancelled", async () => {
  const [read, unread] = tee(await ask({ text: LONG }), { buffer: 2 });
  const reader = read.getReader();
  await reader.read();
  await reader.read();
  const third = reader.read();
  expect(server.open).toBe(1);
  await unread.cancel();
  await third;
  await reader.cancel();
  await quiet();
});

test("mapAsync: calls over a connection, several at once, in order", async () => {
  const source = await ask({ text: TEXT });
  const echo = async (text: string) => (await toArray(await ask({ text }))).join("");
  const echoed = source.pipeThrough(mapAsync(echo, { concurrency: 4 }));
  expect((await toArray(echoed)).join("")).toBe(TEXT);
  await quiet();
});

test("mapAsync: a call that is cut hangs up on the source", async () => {
  const source = await ask({ text: LONG });
  const dying = (text: string) => ask({ text, dieAfter: 0 }).then((answer) => toArray(answer));
  const { ending } = await slowReader(source.pipeThrough(mapAsync(dying)));
  expect(ending.type).toBe("error");
  await quiet();
});

test("mapAsync: cancelling hangs up on the source and on calls that are silent", async () => {
  const source = await ask({ text: LONG });
  const silent = async (text: string, { signal }: { signal: AbortSignal }) =>
    toArray(await server.ask({ text, stallAfter: 0 }, signal));
  const reader = source.pipeThrough(mapAsync(silent, { concurrency: 2 })).getReader();
  const pending = reader.read();
  await vi.waitFor(() => {
    expect(server.open).toBe(3);
  });
  await reader.cancel("enough");
  await pending;
  await quiet();
});
