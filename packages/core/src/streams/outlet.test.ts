import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { openOutlet } from "./outlet.ts";

const nothing = () => undefined;

test("an outlet: what is put after the reader has left is dropped", async () => {
  const reasons: unknown[] = [];
  const outlet = openOutlet<string>(nothing, (reason) => reasons.push(reason));
  const reader = outlet.readable.getReader();
  outlet.put("a");
  await reader.cancel("enough");
  outlet.put("b");
  outlet.close();
  expect(outlet.isEmpty()).toBe(true);
  expect(reasons).toEqual(["enough"]);
});

test("an outlet: the first end counts, behind all that was put before it", async () => {
  const outlet = openOutlet<string>(nothing, nothing);
  outlet.put("a");
  outlet.put("b");
  outlet.error(new Error("bang"));
  outlet.close();
  const reader = outlet.readable.getReader();
  expect(await reader.read()).toEqual({ done: false, value: "a" });
  expect(await reader.read()).toEqual({ done: false, value: "b" });
  await expect(reader.read()).rejects.toThrow("bang");
});

test("an outlet: an iterator that is told not to cancel leaves the stream to the next reader", async () => {
  const cancelled: unknown[] = [];
  const outlet = openOutlet<string>(nothing, (reason) => cancelled.push(reason));
  outlet.put("a");
  outlet.put("b");
  for await (const item of outlet.readable.values({ preventCancel: true })) {
    expect(item).toBe("a");
    break;
  }
  expect(cancelled).toEqual([]);
  expect(await outlet.readable.getReader().read()).toEqual({ done: false, value: "b" });
});

test("an outlet: such an iterator may return before it has read", async () => {
  const outlet = openOutlet<string>(nothing, nothing);
  outlet.put("a");
  await outlet.readable.values({ preventCancel: true }).return?.();
  expect(await outlet.readable.getReader().read()).toEqual({ done: false, value: "a" });
});

test("an outlet: an item for a read that was let go of is for the next one", async () => {
  const outlet = openOutlet<string>(nothing, nothing);
  const reader = outlet.readable.getReader();
  const dropped = reader.read();
  reader.releaseLock();
  await expect(dropped).rejects.toThrow(TypeError);
  outlet.put("a");
  outlet.close();
  const next = outlet.readable.getReader();
  expect(await next.read()).toEqual({ done: false, value: "a" });
  expect(await next.read()).toEqual({ done: true, value: undefined });
});

test("an outlet: a queue that is never empty does not grow with what was read", async () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const inUse = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const outlet = openOutlet<number>(nothing, nothing);
  const reader = outlet.readable.getReader();
  outlet.put(0);
  outlet.put(1);
  const before = inUse();
  for (let next = 2; next < 400_000; next++) {
    outlet.put(next);
    await reader.read();
  }
  const after = inUse();
  expect((await reader.read()).value).toBe(399_998); // it is there still
  expect(after - before).toBeLessThan(1_500_000);
});
