import { isStageError } from "@millrace/core";
import { millraceV1, startClient } from "@millrace/ws/protocol";
import * as fc from "fast-check";
import { openWorld, type Step } from "../../../../packages/ws/src/protocol/model.fixture.ts";
import { otherTarget, type AnyTarget } from "../target.ts";

const LIMITS = { maxFrameBytes: 1_000, maxDepth: 10 };

const id = fc.constantFrom("1", "2", "__proto__", "constructor", "", "x".repeat(129));
const number = fc.constantFrom(0, 1, 100, 2_147_483_647, -1, 0.5, 1e300, "1", null);
const field = fc.oneof(id, number, fc.jsonValue({ maxDepth: 2 }));
const type = fc.constantFrom(
  ...["hello", "open", "attach", "cancel", "detach", "credit", "ping", "pong"],
  ...["welcome", "opened", "part", "parts", "end", "error", "cancelled", "detached", "gone"],
  ...["goaway", "refused", "toString"],
);
/** Frames of the protocol with what may be in them, right and wrong. */
const frame = fc.record(
  {
    type,
    v: fc.constantFrom(1, 2, "1"),
    id,
    stream: id,
    credit: number,
    add: number,
    after: number,
    seq: number,
    first: number,
    data: field,
    items: fc.array(field, { maxLength: 3 }),
    payload: field,
    auth: field,
    code: field,
    message: field,
    reason: field,
    retryable: fc.boolean(),
    retryAfter: number,
    oldest: number,
    session: id,
    durable: fc.boolean(),
    heartbeat: number,
    maxFrameBytes: number,
    maxStreams: number,
  },
  { requiredKeys: ["type"] },
);
const sent = fc.oneof(
  { weight: 8, arbitrary: frame.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 12 }) },
  { weight: 1, arbitrary: fc.constantFrom("[[[[[[[[[[[[", "{", "null", '{"type":{}}', "\ud83d") },
);
const HELLO = '{"type":"hello","v":1}';
const WELCOME =
  '{"type":"welcome","v":1,"session":"s","durable":true,"heartbeat":1000,"maxFrameBytes":1000,"maxStreams":3}';
const frames = (first: string) =>
  fc
    .tuple(fc.boolean(), fc.array(sent, { maxLength: 12 }))
    .map(([greets, rest]) => (greets ? [first, ...rest] : rest));

/** Effects of a machine: after its close there are none. */
function watch(): { did: () => void; close: () => void } {
  let closed = false;
  function did(): void {
    if (closed) throw new Error("Something is done behind the close");
  }
  return {
    did,
    close() {
      did();
      closed = true;
    },
  };
}

/** A server that opens whatever is asked for, and ends every second stream at once. */
function serve(all: readonly string[]): void {
  const { did, close } = watch();
  let opened = 0;
  const machine = millraceV1.start(
    {
      ...{ session: "s", durable: true, ...LIMITS, maxFramesPerSecond: 100, maxStreams: 3 },
      ...{ maxPayloadBytes: 500, helloTimeout: 500, heartbeat: 1_000 },
    },
    {
      ...{ send: did, close, cancel: did, detach: did },
      authenticate() {
        did();
        machine.accept(0);
      },
      open({ id }) {
        did();
        answer(id);
      },
      attach({ id, after }) {
        did();
        if (after > 50) machine.gone(id, 1);
        else answer(id, after);
      },
      pull(id) {
        did();
        tell(id, { value: "x" });
      },
    },
    0,
  );
  function answer(id: string, after = 0): void {
    machine.opened(id, after);
    tell(id, { seq: after + 1, value: { a: 1 } });
    if (opened++ % 2 === 1) machine.end(id);
  }
  /** As the driver of sockets does: what the client has no room for ends its stream. */
  function tell(id: string, entry: { seq?: number; value: unknown }): void {
    if (!machine.mayPart(id)) return;
    try {
      machine.part(id, [entry]);
    } catch (error) {
      if (!isStageError(error, "limit")) throw error;
      machine.fail(id, { code: "failed", message: "It is too large.", retryable: false });
    }
  }
  all.forEach((text, index) => machine.receive(text, index));
  machine.drain({ retryAfter: 10, grace: 100 }, 100);
  machine.tick(10_000);
}

/** A client that has asked for two streams. */
function listen(all: readonly string[]): void {
  const ends = new Set<string>();
  const machine = startClient(
    { ...LIMITS, window: 200, maxOutboxBytes: 100, welcomeTimeout: 500 },
    {
      send: () => undefined,
      close: () => machine.disconnected(),
      welcome: () => undefined,
      goaway: () => undefined,
      items(id, values, bytes) {
        if (ends.has(id)) throw new Error("Items come behind the end");
        if (!Number.isFinite(bytes) || values.length === 0) throw new Error("These are no items");
        machine.consumed(id, bytes);
      },
      ended(id) {
        if (ends.has(id)) throw new Error("A stream ends twice");
        ends.add(id);
      },
    },
  );
  machine.request("1", "one", {});
  machine.attach("2", "two", 1);
  machine.connected(undefined, 0);
  all.forEach((text, index) => machine.receive(text, index));
  machine.tick(10_000);
  machine.giveUp({ code: "lost", message: "It is lost.", retryable: true });
  if (ends.size !== 2) throw new Error("A stream has no end");
  if (machine.size() !== 0) throw new Error("A stream is left over");
}

const op = fc.constantFrom<Step["op"][]>(
  ...(["request", "produce", "pump", "up", "down", "read", "connect", "cut", "tick"] as const),
  ...(["drain", "cancel", "detach"] as const),
);
const steps = fc.array(fc.record({ op, n: fc.nat(1_000) }), { maxLength: 160, size: "max" });

function network(all: readonly Step[], durable: boolean): void {
  const world = openWorld({ durable });
  for (const step of all) world.step(step);
  world.settle();
  if (world.wrongs.length > 0) throw new Error(world.wrongs.join("\n"));
  if (world.size() !== 0) throw new Error("A stream is left over");
  for (const { values } of world.seen) {
    if (values.some((value, index) => value !== index + 1)) throw new Error("Items are lost");
  }
}

export const socketTargets: readonly AnyTarget[] = [
  otherTarget("frames to a server", frames(HELLO), serve),
  otherTarget("frames to a client", frames(WELCOME), listen),
  otherTarget("a network over durable streams", steps, (all) => network(all, true)),
  otherTarget("a network over passing streams", steps, (all) => network(all, false)),
];
