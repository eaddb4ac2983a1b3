import { expect, test } from "vitest";
import { hookedSocket, type HookedSocket } from "./hooked-socket.ts";
import { serveSocket } from "./serve-socket.ts";
import { socketStreams } from "./socket-streams.ts";

/** Two sockets that are each other's network. */
function join(): [HookedSocket, HookedSocket] {
  const pair: HookedSocket[] = [];
  const end = (other: number) =>
    hookedSocket({
      send(data) {
        queueMicrotask(() => pair[other]!.onMessage(data));
      },
      close(code, reason) {
        queueMicrotask(() => {
          for (const one of pair) one.onClose(code, reason);
        });
      },
    });
  pair.push(end(1), end(0));
  return pair as [HookedSocket, HookedSocket];
}

test("What is sent at one end comes at the other, and so does the close", async () => {
  const [one, other] = join();
  const here = socketStreams(one.socket);
  const there = socketStreams(other.socket);
  const writer = here.writable.getWriter();
  await writer.write("mill");
  await writer.write(new Uint8Array([1]));
  const reader = there.readable.getReader();
  expect((await reader.read()).value).toBe("mill");
  expect((await reader.read()).value).toEqual(new Uint8Array([1]));
  await writer.close();
  expect((await reader.read()).done).toBe(true);
  expect(await there.closed).toEqual({ code: 1000, reason: "" });
});

test("It is served like any other", async () => {
  const [one, other] = join();
  const served = serveSocket(one.socket, (payload) => [payload]);
  const { readable, writable } = socketStreams(other.socket);
  const writer = writable.getWriter();
  const reader = readable.getReader();
  const next = async () => JSON.parse(String((await reader.read()).value)) as unknown;
  await writer.write('{"type":"hello","v":1}');
  expect(await next()).toMatchObject({ type: "welcome" });
  await writer.write('{"type":"open","id":"1","stream":"s","credit":1000,"payload":"mill"}');
  expect(await next()).toEqual({ type: "opened", id: "1", seq: 0 });
  expect(await next()).toEqual({ type: "part", id: "1", seq: 1, data: "mill" });
  await writer.write("garbage");
  expect((await served.closed).code).toBe(4400);
});

test("A network that is slow is waited for", async () => {
  let waiting = 0;
  let made = 0;
  const { socket, onMessage } = hookedSocket({
    send: (data) => (waiting += (data as string).length),
    close: () => undefined,
    bufferedAmount: () => waiting,
  });
  const served = serveSocket(
    socket,
    function* () {
      for (;;) yield `${made++} ${"x".repeat(100)}`;
    },
    { highWaterMark: 1_000 },
  );
  onMessage('{"type":"hello","v":1}');
  onMessage('{"type":"open","id":"1","stream":"s","credit":1000000}');
  const settled = () => new Promise((resolve) => setTimeout(resolve, 80));
  await settled();
  const before = made;
  expect(before).toBeLessThan(20);
  waiting = 0; // all has left, which it looks for now and then
  await settled();
  expect(made).toBeGreaterThan(before);
  served.close();
});
