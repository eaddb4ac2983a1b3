import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { untilSilent } from "./until-silent.ts";

const BYTES = new Uint8Array([1]);
const TIMEOUT = 60;

/** A body that tells what it was cancelled with. */
function openBody() {
  let cancelled: unknown;
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const body = new ReadableStream<Uint8Array>({
    start: (opened) => {
      controller = opened;
    },
    cancel: (reason) => {
      cancelled = reason;
    },
  });
  return { body, controller: controller!, cancelled: () => cancelled };
}

describe("a body that is read until it falls silent", () => {
  test("gives all, and ends", async () => {
    const { body, controller } = openBody();
    controller.enqueue(BYTES);
    controller.close();
    const reader = untilSilent(body, TIMEOUT).getReader();
    expect((await reader.read()).value).toBe(BYTES);
    expect((await reader.read()).done).toBe(true);
  });

  test("fails when nothing comes, and is cancelled", async () => {
    const { body, controller, cancelled } = openBody();
    controller.enqueue(BYTES);
    const reader = untilSilent(body, TIMEOUT).getReader();
    await reader.read();
    const failure = expect(reader.read()).rejects;
    await failure.toMatchObject({
      name: "TimeoutError",
      message: "The upstream has been silent for 60 ms.",
    });
    expect(cancelled()).toMatchObject({ name: "TimeoutError" });
  });

  test("may wait for its reader as long as that likes", async () => {
    const { body, controller } = openBody();
    const reader = untilSilent(body, TIMEOUT).getReader();
    controller.enqueue(BYTES);
    await reader.read();
    await sleep(3 * TIMEOUT);
    controller.enqueue(BYTES);
    expect((await reader.read()).value).toBe(BYTES);
    await reader.cancel();
  });

  test("is cancelled with its reader's reason, also while it is waited for", async () => {
    const { body, cancelled } = openBody();
    const reader = untilSilent(body, TIMEOUT).getReader();
    const pending = reader.read();
    await reader.cancel("enough");
    expect((await pending).done).toBe(true);
    expect(cancelled()).toBe("enough");
    await sleep(2 * TIMEOUT); // nothing is left that could reject
  });
});
