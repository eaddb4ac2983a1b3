import { pipe } from "@millrace/core";
import { countingSource, fakeClock, slowReader } from "@millrace/testing";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test, vi } from "vitest";
import { timeout, TimeoutError } from "./index.ts";

test("A reader waits so long for the first item, and so long for each other one", async () => {
  const clock = fakeClock();
  const source = countingSource(["a"], { stall: true });
  const reader = source.readable.pipeThrough(timeout({ first: 50, idle: 20, clock })).getReader();
  expect(await reader.read()).toEqual({ done: false, value: "a" });
  const late = expect(reader.read()).rejects.toThrow(
    "Cannot go on: nothing more came within idle 20 ms",
  );
  await clock.advance(20);
  await late;
  await vi.waitUntil(() => source.cancelled);
  expect(source.reason).toMatchObject({ name: "TimeoutError", limit: "idle", milliseconds: 20 });
  expect(source.reason).toBeInstanceOf(TimeoutError);
  expect(clock.running).toBe(0);
});

test("The first item has a limit of its own", async () => {
  const clock = fakeClock();
  const source = countingSource([], { stall: true });
  const reader = source.readable.pipeThrough(timeout({ first: 50, idle: 20, clock })).getReader();
  const late = expect(reader.read()).rejects.toMatchObject({ limit: "first" });
  await clock.advance(49);
  expect(source.cancelled).toBe(false);
  await clock.advance(1);
  await late;
});

test("A reader that does not read is no fault of the sender", async () => {
  const clock = fakeClock();
  const source = countingSource(["a", "b"]);
  const reader = source.readable.pipeThrough(timeout({ first: 5, idle: 5, clock })).getReader();
  await reader.read();
  await clock.advance(10_000);
  expect(await reader.read()).toEqual({ done: false, value: "b" });
  expect(await reader.read()).toEqual({ done: true, value: undefined });
});

test("What does not count passes, and leaves only what was left of the time", async () => {
  const clock = fakeClock();
  let controller!: ReadableStreamDefaultController<string>;
  const source = new ReadableStream<string>({ start: (given) => void (controller = given) });
  const isOutput = (item: string) => item !== "ping";
  const reader = source.pipeThrough(timeout({ first: 30, isOutput, clock })).getReader();
  for (let ping = 0; ping < 2; ping++) {
    const read = reader.read();
    await clock.advance(10);
    controller.enqueue("ping");
    expect(await read).toEqual({ done: false, value: "ping" });
  }
  const late = expect(reader.read()).rejects.toMatchObject({ limit: "first" });
  await clock.advance(10);
  await late;
});

test("The total runs whether or not one reads, and its error waits behind the data", async () => {
  const clock = fakeClock();
  const source = countingSource(["a", "b"], { stall: true });
  const reader = source.readable.pipeThrough(timeout({ total: 100, clock })).getReader();
  await reader.read();
  expect(clock.running).toBe(1);
  await clock.advance(100);
  await vi.waitUntil(() => source.cancelled);
  expect(source.reason).toMatchObject({ limit: "total" });
  await expect(reader.read()).rejects.toMatchObject({ limit: "total" });
});

test("A limit that is none is refused at once", () => {
  expect(() => timeout({ idle: -1 })).toThrow(
    new RangeError("Cannot limit the time: idle must be 0 or more, not -1"),
  );
  expect(() => timeout({ first: NaN })).toThrow(RangeError);
  expect(() => timeout({ total: -1 })).toThrow(RangeError);
  expect(() => timeout({ total: 0 })).not.toThrow();
});

test("An error of isOutput fails the stream and cancels the source", async () => {
  const source = countingSource(["a"], { stall: true });
  const error = new Error("what is this?");
  const isOutput = () => {
    throw error;
  };
  const { ending } = await slowReader(source.readable.pipeThrough(timeout({ isOutput })));
  expect(ending).toEqual({ type: "error", error });
  await vi.waitUntil(() => source.cancelled);
  expect(source.reason).toBe(error);
});

test("A real server that stalls is hung up on", async () => {
  const closed = vi.fn();
  const server = createServer((_, response) => {
    response.write("mill");
    response.on("close", closed);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}`);
    const { outputs, ending } = await slowReader(
      pipe(response.body!).pipeThrough(timeout({ idle: 20 })),
    );
    expect(new TextDecoder().decode(outputs[0])).toBe("mill");
    expect(ending).toMatchObject({ type: "error", error: { name: "TimeoutError", limit: "idle" } });
    await vi.waitUntil(() => closed.mock.calls.length > 0);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
