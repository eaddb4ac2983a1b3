import { decodeText, pipe } from "@millrace/core";
import { describe, expect, test } from "vitest";
import { countingSource, failingSource, slowReader, slowSource } from "./index.ts";

describe("countingSource", () => {
  test("counts what is asked for, and makes nothing ahead", async () => {
    const source = countingSource(["a", "b", "c"]);
    const reader = source.readable.getReader();
    expect(source.pulled).toBe(0);
    await reader.read();
    await reader.read();
    expect(source.pulled).toBe(2);
    expect(source.cancelled).toBe(false);
  });

  test("remembers its cancel and the reason", async () => {
    const source = countingSource(["a"]);
    await source.readable.cancel("enough");
    expect(source).toMatchObject({ pulled: 0, cancelled: true, reason: "enough" });
  });

  test("closes behind its last item, or stalls", async () => {
    expect(await slowReader(countingSource(["a"]).readable)).toEqual({
      outputs: ["a"],
      ending: { type: "close" },
    });
    const reader = countingSource(["a"], { stall: true }).readable.getReader();
    await reader.read();
    const pending = reader.read();
    const later = new Promise((resolve) => setTimeout(resolve, 20, "later"));
    expect(await Promise.race([pending, later])).toBe("later");
    await reader.cancel();
    expect((await pending).done).toBe(true);
  });
});

describe("failingSource", () => {
  test("fails with the very error, behind its last item, for any reader", async () => {
    const error = new Error("connection lost");
    const { outputs, ending } = await slowReader(failingSource(["a", "b"], error), { delay: 2 });
    expect(outputs).toEqual(["a", "b"]);
    expect(ending).toEqual({ type: "error", error });
  });

  test("fails at once when it has no items", async () => {
    const { outputs, ending } = await slowReader(pipe(failingSource([], "gone"), decodeText()));
    expect(outputs).toEqual([]);
    expect(ending).toEqual({ type: "error", error: "gone" });
  });
});

describe("slowSource", () => {
  test("gives nothing in the turn in which it is asked", async () => {
    const reader = slowSource(["a"]).getReader();
    let given = false;
    const read = reader.read().then((result) => {
      given = true;
      return result;
    });
    for (let turn = 0; turn < 100; turn++) await Promise.resolve();
    expect(given).toBe(false);
    expect(await read).toEqual({ done: false, value: "a" });
    expect((await reader.read()).done).toBe(true);
  });

  test("can be cancelled while it waits", async () => {
    const reader = slowSource(["a"], { delay: 60_000 }).getReader();
    const pending = reader.read();
    await reader.cancel();
    expect((await pending).done).toBe(true);
  });
});
