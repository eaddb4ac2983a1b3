import { expect, test } from "vitest";
import type { ClientFailure, ClientMachine } from "./client-machine.ts";
import { startClient } from "./millrace-client.ts";

interface Client {
  machine: ClientMachine;
  /** A connection, whose server has said welcome. */
  connect(this: void, welcome?: object): void;
  /** A frame of the server's. */
  hear(this: void, frame: object): void;
  /** What was sent since the last look, without the greeting. */
  sent(this: void): unknown[];
  items: unknown[];
  ended: [id: string, failure: ClientFailure | undefined][];
  closes: number[];
}

function startOne(): Client {
  let sent: string[] = [];
  const items: unknown[] = [];
  const ended: Client["ended"] = [];
  const closes: number[] = [];
  const ignore = () => undefined;
  const machine = startClient(
    {
      ...{ window: 100, maxOutboxBytes: 10_000, welcomeTimeout: 10_000 },
      ...{ maxFrameBytes: 10_000, maxDepth: 10 },
    },
    {
      send: (text) => sent.push(text),
      close: (code) => closes.push(code),
      items: (_, values) => items.push(...values),
      ended: (id, failure) => ended.push([id, failure]),
      ...{ welcome: ignore, goaway: ignore },
    },
  );
  const hear = (frame: object) => machine.receive(JSON.stringify(frame), 0);
  return {
    ...{ machine, items, ended, closes, hear },
    connect(welcome = {}) {
      machine.connected(undefined, 0);
      hear({
        ...{ type: "welcome", v: 1, session: "s", durable: true, heartbeat: 0 },
        ...{ maxFrameBytes: 10_000, maxStreams: 10, ...welcome },
      });
    },
    sent() {
      const frames = sent.map((text) => JSON.parse(text) as { type: string });
      sent = [];
      return frames.filter(({ type }) => type !== "hello");
    },
  };
}

test("A request that is larger than the server takes fails alone", () => {
  const { machine, connect, sent, ended } = startOne();
  machine.request("1", "a", "x".repeat(200));
  machine.request("2", "b", undefined);
  connect({ maxFrameBytes: 100 });
  expect(ended).toMatchObject([["1", { code: "too-large", retryable: false }]]);
  expect(sent()).toEqual([{ type: "open", id: "2", stream: "b", credit: 100 }]);
});

test.each([
  ["cancelled", "cancelled", false],
  ["detached", "detached", true],
])("A stream that the server says is %s fails as that", (type, code, retryable) => {
  const { machine, connect, hear, ended } = startOne();
  machine.request("1", "a", 1);
  connect();
  hear({ type, id: "1", seq: 0 });
  expect(ended).toMatchObject([["1", { code, retryable }]]);
  expect(machine.size()).toBe(0);
});

test("What may have begun is not begun again where streams are not kept any more", () => {
  const { machine, connect, sent, ended } = startOne();
  machine.request("1", "a", 1);
  connect({ durable: true });
  machine.disconnected();
  sent();
  connect({ durable: false });
  expect(ended).toMatchObject([["1", { code: "lost", retryable: false }]]);
  expect(sent()).toEqual([]);
});

test("An item without a number moves no cursor", () => {
  const { machine, connect, hear, sent, items } = startOne();
  machine.attach("1", "a", 4);
  connect();
  hear({ type: "part", id: "1", data: "ping" });
  hear({ type: "part", id: "1", seq: 5, data: "mill" });
  hear({ type: "part", id: "1", data: "ping" });
  expect(items).toEqual(["ping", "mill", "ping"]);
  machine.disconnected();
  sent();
  connect();
  expect(sent()).toMatchObject([{ type: "attach", id: "1", after: 5 }]);
});

test("An end behind items that never came is not believed once, then it is a gap", () => {
  const { machine, connect, hear, sent, ended } = startOne();
  machine.request("1", "a", 1);
  connect();
  sent();
  hear({ type: "end", id: "1", seq: 2 });
  expect(ended).toEqual([]);
  expect(sent()).toMatchObject([{ type: "attach", id: "1", after: 0 }]);
  hear({ type: "end", id: "1", seq: 2 });
  expect(ended).toMatchObject([["1", { code: "gap" }]]);
});

test("Where streams are not kept, such an end is a gap at once", () => {
  const { machine, connect, hear, ended } = startOne();
  machine.request("1", "a", 1);
  connect({ durable: false });
  hear({ type: "end", id: "1", seq: 2 });
  expect(ended).toMatchObject([["1", { code: "gap" }]]);
});

test("A stream is let go once, and only one that there is", () => {
  const { machine, connect, hear, sent, ended } = startOne();
  machine.request("1", "a", 1);
  connect();
  sent();
  machine.cancel("2", "unknown");
  machine.cancel("1", "enough");
  machine.cancel("1", "enough");
  machine.detach("1");
  expect(sent()).toEqual([{ type: "cancel", id: "1", reason: "enough" }]);
  hear({ type: "cancelled", id: "1", seq: 0 });
  machine.cancel("1", "late");
  expect(sent()).toEqual([]);
  expect(ended).toEqual([]);
  expect(machine.size()).toBe(0);
});

test("On a connection that is closed nothing is said and nothing heard, until the next one", () => {
  const { machine, connect, hear, sent, items, closes } = startOne();
  machine.request("1", "a", 1);
  connect();
  sent();
  machine.receive("garbage", 0);
  expect(closes).toEqual([4400]);
  hear({ type: "part", id: "1", seq: 1, data: "late" });
  machine.receive("garbage", 0);
  machine.cancel("1", "enough");
  machine.disconnected();
  expect([sent(), items, closes]).toEqual([[], [], [4400]]);
  connect();
  expect(sent()).toEqual([{ type: "cancel", id: "1", stream: "a", reason: "enough" }]);
});
