import { expect, test, vi } from "vitest";
import { openRaw, startServer } from "../server.fixture.ts";
import { simpleFrames, type SimplePayload } from "./simple-frames.ts";

const complete = (messages: unknown[] = []) => ({ type: "complete", data: { messages } });

test("A request is answered by start, chunks and done, and so is the next one", async () => {
  const asked: unknown[] = [];
  const server = await startServer(
    (payload: SimplePayload) => {
      asked.push(payload);
      return ["mill ", "race"];
    },
    { protocol: simpleFrames() },
  );
  const raw = await openRaw(server);
  for (const model of ["a", "b"]) {
    raw.send({ type: "complete", data: { messages: [1], model } });
    expect(await raw.next()).toEqual({ type: "start", data: {} });
    expect(await raw.next()).toEqual({ type: "chunk", data: { content: "mill ", index: 0 } });
    expect(await raw.next()).toEqual({ type: "chunk", data: { content: "race", index: 1 } });
    expect(await raw.next()).toEqual({ type: "done", data: {} });
  }
  expect(asked).toEqual([
    { messages: [1], model: "a" },
    { messages: [1], model: "b" },
  ]);
});

test("A cancel stops the source, and the next request is answered", async () => {
  const reasons: unknown[] = [];
  const source = new ReadableStream<string>({
    start(controller) {
      controller.enqueue("mill ");
    },
    cancel: (reason) => void reasons.push(reason),
  });
  let calls = 0;
  const server = await startServer(() => (++calls === 1 ? source : ["race"]), {
    protocol: simpleFrames(),
  });
  const raw = await openRaw(server);
  raw.send({ type: "cancel", data: {} }); // nothing runs
  raw.send(complete());
  await raw.next();
  raw.send({ type: "cancel", data: {} });
  let frame;
  do frame = await raw.next();
  while (frame["type"] === "chunk");
  expect(frame).toEqual({ type: "done", data: { cancelled: true } });
  await vi.waitUntil(() => reasons.length === 1);
  raw.send(complete());
  expect(await raw.next()).toEqual({ type: "start", data: {} });
  expect(await raw.next()).toEqual({ type: "chunk", data: { content: "race", index: 0 } });
});

test.each(["gone", "missing"])(
  "An error of a log, %s, ends the answer as any other does",
  async (code) => {
    const server = await startServer(
      async function* () {
        yield await Promise.resolve("mill ");
        throw Object.assign(new Error("the secret"), { code });
      },
      { protocol: simpleFrames() },
    );
    const raw = await openRaw(server);
    raw.send(complete());
    expect((await raw.next())["type"]).toBe("start");
    expect((await raw.next())["type"]).toBe("chunk");
    expect(await raw.next()).toEqual({ type: "error", data: { message: "The stream is gone." } });
  },
);

test("An error ends the answer and tells no secret", async () => {
  const server = await startServer(
    async function* () {
      yield "mill ";
      await Promise.resolve();
      throw new Error("the secret");
    },
    { protocol: simpleFrames() },
  );
  const raw = await openRaw(server);
  raw.send(complete());
  await raw.next();
  await raw.next();
  expect(await raw.next()).toEqual({ type: "error", data: { message: "The stream failed." } });
});

test.each([
  ["another type", { type: "hello" }, 4400],
  ["no messages", { type: "complete", data: {} }, 4400],
  ["no data", { type: "complete" }, 4400],
  ["garbage", "{", 4400],
  ["binary", new Uint8Array(3), 4415],
])("A frame that is none closes the socket: %s", async (_, frame, code) => {
  const server = await startServer(() => [], { protocol: simpleFrames() });
  const raw = await openRaw(server);
  raw.send(frame);
  expect((await raw.closed).code).toBe(code);
});

test("A second request while one runs closes the socket by 4409, and cancels the first", async () => {
  const signals: AbortSignal[] = [];
  const server = await startServer(
    (_: SimplePayload, { signal }) => {
      signals.push(signal);
      return new Promise<never>(() => undefined);
    },
    { protocol: simpleFrames() },
  );
  const raw = await openRaw(server);
  raw.send(complete());
  raw.send(complete());
  expect((await raw.closed).code).toBe(4409);
  await vi.waitUntil(() => signals[0]!.aborted);
});

test("What comes before it is known who it is waits, and so much of it", async () => {
  const accept: ((user: string) => void)[] = [];
  const server = await startServer((_: SimplePayload, { user }) => [user], {
    ...{ protocol: simpleFrames(), maxStreams: 3 },
    authenticate: () => new Promise<string>((resolve) => accept.push(resolve)),
  });
  const raw = await openRaw(server);
  raw.send(complete());
  await vi.waitUntil(() => accept.length === 1);
  accept[0]!("Ada");
  await raw.next();
  expect(await raw.next()).toEqual({ type: "chunk", data: { content: "Ada", index: 0 } });

  const flood = await openRaw(server);
  for (let sent = 0; sent < 10; sent++) flood.send(complete());
  expect((await flood.closed).code).toBe(4401);
});

test("A drain ends what runs, then closes by 4503", async () => {
  const finish: (() => void)[] = [];
  const server = await startServer(
    async function* () {
      yield "mill ";
      await new Promise<void>((resolve) => finish.push(resolve));
    },
    { protocol: simpleFrames() },
  );
  const raw = await openRaw(server);
  raw.send(complete());
  await raw.next();
  await raw.next();
  await vi.waitUntil(() => finish.length === 1);
  server.served[0]!.drain();
  finish[0]!();
  expect(await raw.next()).toEqual({ type: "done", data: {} });
  expect((await raw.closed).code).toBe(4503);
});

test("A client that goes away before it is known who it is asks for nothing", async () => {
  const asked: unknown[] = [];
  let admit: (user: string) => void = () => undefined;
  const server = await startServer(
    (payload) => {
      asked.push(payload);
      return [];
    },
    {
      protocol: simpleFrames(),
      authenticate: () => new Promise<string>((resolve) => (admit = resolve)),
    },
  );
  const raw = await openRaw(server);
  raw.send(complete());
  raw.socket.close();
  await server.served[0]!.closed;
  admit("miller");
  await new Promise((resolve) => setImmediate(resolve));
  expect(asked).toEqual([]);
});
