import { expect, test } from "vitest";
import { openInbox } from "./inbox.ts";

test("What waits is read in a time that grows with its number, not with the square of it", async () => {
  const inbox = openInbox({ onConsumed: () => undefined, onCancel: () => undefined });
  for (let n = 0; n < 250_000; n++) inbox.put([n], 65); // as many as socketStreams lets wait
  inbox.close();
  let next = 0;
  for await (const value of inbox.readable) if (value === next) next++;
  expect(next).toBe(250_000);
}, 20_000);

test("A queue that is never empty keeps nothing of what was read", async () => {
  let consumed = 0;
  const inbox = openInbox({
    onConsumed: (bytes) => (consumed += bytes),
    onCancel: () => undefined,
  });
  const reader = inbox.readable.getReader();
  inbox.put(["first", "second"], 1);
  for (let n = 0; n < 40_000; n++) {
    inbox.put([n], 1);
    await reader.read();
  }
  expect(consumed).toBe(39_999);
  inbox.error(new Error("it broke off"));
  expect((await reader.read()).value).toBe(39_998);
  expect((await reader.read()).value).toBe(39_999);
  await expect(reader.read()).rejects.toThrow("it broke off");
});
