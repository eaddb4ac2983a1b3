import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Part } from "@millrace/parts";
import { connectSse } from "@millrace/sse";
import {
  answers,
  chatRecording,
  startReplay,
  type Recording,
  type ReplayUpstream,
} from "@millrace/testing/replay";
import { connectSocket, SocketError, type ConnectedSocket } from "@millrace/ws";
import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import {
  missingRedis,
  startRedis,
} from "../../../packages/resume/src/redis/redis-server.fixture.ts";
import type { TestServer } from "../../../packages/resume/src/server-process.fixture.ts";
import { bundleProgram } from "../../../tools/bundle-program.ts";

const missing = missingRedis();
if (missing !== undefined) console.warn(missing);

const SERVER = fileURLToPath(new URL("two-services.server.ts", import.meta.url));
const SOME = 60; // parts, after which something happens
// Milliseconds between pieces: of the first answer, in which something happens, and of one that goes on with it.
const PACE = 15;
const HASTE = 3;

interface Service {
  url: string;
  process: ChildProcess;
}

describe.skipIf(missing !== undefined)("two services and one Redis", () => {
  let program: string;
  let redis: TestServer;
  let upstream: ReplayUpstream;
  let services: Service[];
  let sockets: ConnectedSocket[];
  beforeAll(async () => {
    program = await bundleProgram(SERVER);
  });
  beforeEach(async () => {
    services = [];
    sockets = [];
    [redis, upstream] = await Promise.all([
      startRedis(),
      startReplay({ choose: ({ index }) => answer(index === 0 ? PACE : HASTE) }),
    ]);
  });
  afterEach(async () => {
    for (const socket of sockets) socket.close();
    await Promise.all(services.map(kill));
    await Promise.all([upstream.close(), redis.close()]);
  });

  async function startService(role: "takes-over" | "only-reads"): Promise<Service> {
    const args = [program, String(redis.port), upstream.url, role];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    const lines = createInterface({ input: child.stdout });
    const [line] = (await once(lines, "line")) as [string];
    const { port } = JSON.parse(line) as { port: number };
    const service = { url: `http://127.0.0.1:${port}`, process: child };
    services.push(service);
    return service;
  }

  /** Reads from the first service, and from the second once that does not answer. */
  async function readFrom(id: string, first: Service, second: Service, happen: () => unknown) {
    const parts: Part[] = [];
    const ids: string[] = [];
    let failed: string | undefined;
    let service = first;
    const events = connectSse(() => `${service.url}/${id}`, {
      retryDelay: 50,
      onReconnect: () => (service = second),
      until: ({ type }) => type === "done" || type === "failed",
    });
    for await (const { type, data, lastEventId } of events) {
      if (type === "failed") failed = data;
      if (type !== "message") continue;
      parts.push(JSON.parse(data) as Part);
      ids.push(lastEventId);
      if (parts.length === SOME) await happen();
    }
    expect(ids).toEqual(parts.map((_, index) => String(index + 1)));
    return { text: textOf(parts), parts, failed };
  }

  /** A socket to the first service, and to the second once that connection is lost. */
  function openSocket(first: Service, second: Service): ConnectedSocket {
    let service = first;
    class ServiceSocket extends WebSocket {
      constructor(_: string | URL, protocols?: string | string[]) {
        super(service.url.replace("http", "ws"), protocols);
      }
    }
    const socket = connectSocket("ws://service", {
      WebSocket: ServiceSocket,
      retryDelay: 50,
      onDisconnect: () => (service = second),
    });
    sockets.push(socket);
    return socket;
  }

  /** Asks on a socket, and reads to the end. */
  async function askOn(socket: ConnectedSocket, stream: string, happen: () => unknown) {
    const parts: Part[] = [];
    try {
      for await (const part of socket.request<Part>("?", { stream })) {
        parts.push(part);
        if (parts.length === SOME) await happen();
      }
      return { text: textOf(parts), parts, failed: undefined };
    } catch (error) {
      if (!(error instanceof SocketError)) throw error;
      return { text: textOf(parts), parts, failed: error.code };
    }
  }

  async function begin(service: Service, id: string): Promise<void> {
    await fetch(`${service.url}/${id}`, { method: "POST" });
    await upstream.request(0); // which is sent when the stream is there
  }

  test("an answer is whole although its producer was killed, when another one takes over", async () => {
    const [a, b] = await Promise.all([startService("only-reads"), startService("takes-over")]);
    await begin(a, "chat-1");
    const { text, parts, failed } = await readFrom("chat-1", a, b, () => kill(a));
    expect(failed).toBeUndefined();
    expect(text).toBe(answers.prose.text);
    expect(parts.filter(({ type }) => type === "finish")).toHaveLength(1);
    expect(upstream.requests).toHaveLength(2);
    expect(await upstream.requests[0]!.ended).toBe("aborted");
  });

  test("an answer is interrupted when its producer was killed and nobody takes over", async () => {
    const [a, b] = await Promise.all([startService("only-reads"), startService("only-reads")]);
    await begin(a, "chat-2");
    const { text, failed } = await readFrom("chat-2", a, b, () => kill(a));
    expect(failed).toBe("interrupted");
    expect(text.length).toBeGreaterThan(0);
    expect(answers.prose.text.startsWith(text)).toBe(true);
  });

  test("a stop that one hears ends what the other one generates, within a second", async () => {
    const [a, b] = await Promise.all([startService("only-reads"), startService("only-reads")]);
    await begin(a, "chat-3");
    let stoppedAt = 0;
    let endedAt = 0;
    void upstream.requests[0]!.ended.then(() => (endedAt = performance.now()));
    const { text, failed } = await readFrom("chat-3", a, b, async () => {
      stoppedAt = performance.now();
      expect((await fetch(`${b.url}/chat-3/stop`, { method: "POST" })).status).toBe(202);
    });
    expect(failed).toBe("cancelled");
    expect(await upstream.requests[0]!.ended).toBe("aborted");
    expect(endedAt - stoppedAt).toBeLessThan(1_000);
    expect(answers.prose.text.startsWith(text)).toBe(true);
  });

  test("over a socket, too, an answer is whole when another one takes over", async () => {
    const [a, b] = await Promise.all([startService("only-reads"), startService("takes-over")]);
    const { text, parts, failed } = await askOn(openSocket(a, b), "chat-5", () => kill(a));
    expect(failed).toBeUndefined();
    expect(text).toBe(answers.prose.text);
    expect(parts.filter(({ type }) => type === "finish")).toHaveLength(1);
    expect(upstream.requests).toHaveLength(2);
    expect(await upstream.requests[0]!.ended).toBe("aborted");
  });

  test("over a socket, too, an answer is interrupted when nobody takes over", async () => {
    const [a, b] = await Promise.all([startService("only-reads"), startService("only-reads")]);
    const { text, parts, failed } = await askOn(openSocket(a, b), "chat-6", () => kill(a));
    expect(failed).toBe("interrupted");
    expect(parts.length).toBeGreaterThanOrEqual(SOME);
    expect(answers.prose.text.startsWith(text)).toBe(true);
    expect(upstream.requests).toHaveLength(1);
  });

  test("what is cancelled on a socket of one ends what the other generates, within a second", async () => {
    const [a, b] = await Promise.all([startService("only-reads"), startService("only-reads")]);
    let cancelledAt = 0;
    let endedAt = 0;
    const { text, failed } = await askOn(openSocket(a, a), "chat-7", async () => {
      void upstream.requests[0]!.ended.then(() => (endedAt = performance.now()));
      for await (const part of openSocket(b, b).request<Part>("?", { stream: "chat-7" })) {
        if (part.type !== "text-delta") continue;
        cancelledAt = performance.now();
        break; // which cancels it
      }
    });
    expect(failed).toBe("cancelled");
    expect(await upstream.requests[0]!.ended).toBe("aborted");
    expect(endedAt - cancelledAt).toBeLessThan(1_000);
    expect(upstream.requests).toHaveLength(1);
    expect(answers.prose.text.startsWith(text)).toBe(true);
  });

  test("a client hears all of an answer while Redis is killed, comes back, and hangs", async () => {
    const [a, b] = await Promise.all([startService("only-reads"), startService("only-reads")]);
    await begin(a, "chat-4");
    const { text, failed } = await readFrom("chat-4", b, a, async () => {
      await redis.kill();
      await redis.start();
      redis.pause();
      setTimeout(redis.resume, 5_000);
    });
    expect(failed).toBeUndefined();
    expect(text).toBe(answers.prose.text);
    expect(upstream.requests).toHaveLength(1);
  });
});

function answer(delay: number): Recording {
  const recording = chatRecording(answers.prose);
  return { ...recording, frames: recording.frames.map((frame) => ({ ...frame, delay })) };
}

function textOf(parts: readonly Part[]): string {
  return parts.map((part) => (part.type === "text-delta" ? part.delta : "")).join("");
}

async function kill({ process }: Service): Promise<void> {
  if (process.exitCode !== null || process.signalCode !== null) return;
  process.kill("SIGKILL");
  await once(process, "exit");
}
