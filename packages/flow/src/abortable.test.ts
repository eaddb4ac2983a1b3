import { pipe } from "@millrace/core";
import { countingSource, slowReader } from "@millrace/testing";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test, vi } from "vitest";
import { abortable, toArray } from "./index.ts";

test("It errors with the reason, also while a read is pending, and cancels the source", async () => {
  const controller = new AbortController();
  const source = countingSource(["a"], { stall: true });
  const reader = source.readable.pipeThrough(abortable(controller.signal)).getReader();
  expect(await reader.read()).toEqual({ done: false, value: "a" });
  const pending = reader.read();
  controller.abort("stop");
  await expect(pending).rejects.toBe("stop");
  await vi.waitUntil(() => source.cancelled);
  expect(source.reason).toBe("stop");
});

test("It ends as if it were complete, or with a verdict, as asked", async () => {
  for (const [onAbort, expected] of [
    ["end", []],
    [(verdict: unknown) => ({ verdict }), [{ verdict: "stop" }]],
  ] as const) {
    const controller = new AbortController();
    const source = countingSource([], { stall: true });
    const items = toArray(source.readable.pipeThrough(abortable(controller.signal, { onAbort })));
    controller.abort("stop");
    expect(await items).toEqual(expected);
    await vi.waitUntil(() => source.cancelled);
    expect(source.reason).toBe("stop");
  }
});

test("What onAbort throws is the error", async () => {
  const error = new Error("no verdict");
  const onAbort = () => {
    throw error;
  };
  const output = pipe(["a"]).pipeThrough(abortable(AbortSignal.abort(), { onAbort }));
  expect(await slowReader(output)).toEqual({ outputs: [], ending: { type: "error", error } });
});

test("A signal that has aborted before lets nothing through", async () => {
  const source = countingSource(["a"], { stall: true });
  const output = source.readable.pipeThrough(abortable(AbortSignal.abort("early")));
  expect(await slowReader(output)).toEqual({
    outputs: [],
    ending: { type: "error", error: "early" },
  });
  expect(source.reason).toBe("early");
});

test("An abort closes the connection to a real server", async () => {
  const closed = vi.fn();
  const server = createServer((_, response) => {
    response.write("mill");
    response.on("close", closed);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const controller = new AbortController();
    const { body } = await fetch(`http://127.0.0.1:${port}`);
    const reader = body!.pipeThrough(abortable(controller.signal)).getReader();
    await reader.read();
    const pending = reader.read();
    controller.abort(new Error("gone"));
    await expect(pending).rejects.toThrow("gone");
    await vi.waitUntil(() => closed.mock.calls.length > 0);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
