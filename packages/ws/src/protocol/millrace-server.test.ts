import { expect, test } from "vitest";
import { millraceV1 } from "./millrace-server.ts";
import type { ServerMachine } from "./server-machine.ts";

const HELLO = '{"type":"hello","v":1}';

interface Server {
  machine: ServerMachine;
  /** What the driver was asked for since the last look: frames, and names of effects. */
  done(this: void): unknown[];
}

function startOne({ welcomes = true } = {}): Server {
  let done: unknown[] = [];
  const note = (what: string) => () => void done.push(what);
  const machine = millraceV1.start(
    {
      ...{ session: "s", durable: true, maxFrameBytes: 1_000, maxDepth: 8, maxStreams: 2 },
      ...{ maxFramesPerSecond: 100, maxPayloadBytes: 500, helloTimeout: 1_000, heartbeat: 30_000 },
    },
    {
      send: (text) => void done.push(JSON.parse(text)),
      close: (code) => void done.push(code),
      ...{ authenticate: note("authenticate"), open: note("open"), attach: note("attach") },
      ...{ cancel: note("cancel"), detach: note("detach"), pull: note("pull") },
    },
    0,
  );
  if (welcomes) {
    machine.receive(HELLO, 0);
    machine.accept(0);
    done = [];
  }
  return {
    machine,
    done() {
      const all = done;
      done = [];
      return all;
    },
  };
}

const attach = (id: string, after = 0) =>
  JSON.stringify({ type: "attach", id, stream: id, after, credit: 1_000 });

test("An application that says nothing of the credentials closes the connection in time", () => {
  const { machine, done } = startOne({ welcomes: false });
  expect(machine.tick(0)).toBe(1_000);
  machine.receive(HELLO, 900);
  expect(machine.tick(1_000)).toBe(2_000);
  expect(machine.tick(1_999)).toBe(2_000);
  expect(done()).toEqual(["authenticate"]);
  expect(machine.tick(2_000)).toBe(Infinity);
  expect(done()).toEqual([4500]);
  machine.accept(2_001);
  expect(done()).toEqual([]);
});

test("When it is closed nothing more is done, whatever is called", () => {
  const { machine, done } = startOne();
  machine.receive(attach("1"), 0);
  machine.close(4503, "going away");
  expect(done()).toEqual(["attach", 4503]);
  machine.close(4500, "once more");
  machine.receive(attach("2"), 0);
  machine.opened("1", 0);
  machine.part("1", [{ seq: 1, value: 1 }]);
  machine.end("1");
  machine.drain({ retryAfter: 0, grace: 0 }, 0);
  machine.accept(0);
  expect(machine.tick(100_000)).toBe(Infinity);
  expect(machine.mayPart("1")).toBe(false);
  expect(done()).toEqual([]);
});

test("A stream that is over says nothing more, and nothing is said of no items", () => {
  const { machine, done } = startOne();
  machine.receive(attach("1"), 0);
  machine.part("1", []);
  machine.end("1");
  machine.opened("1", 0);
  machine.part("1", [{ seq: 1, value: 1 }]);
  machine.fail("1", { code: "x", message: "", retryable: false });
  expect(done()).toEqual(["attach", { type: "end", id: "1", seq: 0 }]);
});

test("An item without a number does not count: the end has the number of the last one that has", () => {
  const { machine, done } = startOne();
  machine.receive(attach("1", 6), 0);
  machine.part("1", [{ seq: 7, value: "mill" }]);
  machine.part("1", [{ value: "ping" }]);
  machine.end("1");
  expect(done()).toEqual([
    "attach",
    { type: "part", id: "1", seq: 7, data: "mill" },
    { type: "part", id: "1", data: "ping" },
    { type: "end", id: "1", seq: 7 },
  ]);
});

test("More streams than may be are refused, also where they are attached to", () => {
  const { machine, done } = startOne();
  for (const id of ["1", "2", "3"]) machine.receive(attach(id), 0);
  expect(done()).toMatchObject(["attach", "attach", { type: "error", code: "too-many-streams" }]);
  machine.receive(attach("1"), 0);
  expect(done()).toEqual([4409]);
});
