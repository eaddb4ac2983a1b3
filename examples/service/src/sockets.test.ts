import { createServer } from "node:http";
import { connect as connectTcp, type AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { memoryStore } from "@millrace/resume";
import { connectSocket } from "@millrace/ws";
import { trace } from "@opentelemetry/api";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { readConfig, type Config } from "./config.ts";
import { openGate } from "./guards/gate.ts";
import { streamLimit } from "./guards/stream-limit.ts";
import { liveAnswers } from "./live-answers.ts";
import { createInstruments } from "./observing/instruments.ts";
import { createLogger } from "./observing/logger.ts";
import { ANSWER, closeLater, open, openLog, TEXT, type Data } from "./service.fixture.ts";
import { acceptStreams, type SocketsOptions } from "./sockets.ts";
import { upstreamModel } from "./upstream.ts";

const addressOf = ({ url }: { url: string }) => `${url.replace("http", "ws")}/v1/ws/stream`;

/** Of sockets without the rest of the service. */
function socketsOptions(logDestination: Config["logDestination"]): SocketsOptions {
  const { gate, linger, lease, maxBodyBytes, heartbeat } = readConfig({});
  const telemetry = {
    log: createLogger("error", logDestination),
    instruments: createInstruments(),
    tracer: trace.getTracer("tests"),
  };
  const upstream = {
    models: [upstreamModel({}, "m")] as const,
    idleTimeout: 1_000,
    streams: streamLimit(1),
    live: liveAnswers(),
    telemetry,
  };
  const answers = { upstream, store: memoryStore(), isShared: false, linger, lease };
  return { ...answers, gate: openGate(gate), maxBodyBytes, heartbeat };
}

describe("an answer over a socket", () => {
  async function connect(...options: Parameters<typeof open>) {
    const opened = await open(...options);
    const socket = connectSocket(addressOf(opened.service), { WebSocket });
    closeLater(() => {
      socket.close();
      return Promise.resolve();
    });
    return { ...opened, socket };
  }

  test("has the data of the events that a route would send", async () => {
    const { socket } = await connect(ANSWER);
    const items: Data[] = [];
    const body = { unit: "buffered", prompt: "Well?", buffer_type: "line" };
    for await (const item of socket.request<Data>(body)) items.push(item);
    expect(items.pop()).toMatchObject({ done: true, finishReason: "stop" });
    expect(items.map(({ item }) => item).join("")).toBe(TEXT);
  });

  test("is refused as there", async () => {
    const { socket, upstream } = await connect(ANSWER);
    for (const [body, message] of [
      [{ prompt: "a", unit: "toString" }, "unit: one of raw"],
      [{ prompt: "a", propmt: "b" }, "propmt"],
    ] as const) {
      await expect(socket.request(body).getReader().read()).rejects.toThrow(message);
    }
    expect(upstream.requests).toEqual([]);
  });

  test("is cancelled by itself", async () => {
    const { socket, upstream } = await connect({ ...ANSWER, fail: { kind: "stall", after: 3 } });
    const reader = socket.request({ prompt: "Well?" }).getReader();
    await reader.read();
    await reader.cancel();
    expect(await (await upstream.request(0)).ended).toBe("aborted");
  });

  test.each([
    ["comes in simple frames, too", ANSWER, { type: "done", data: {} }],
    [
      "that breaks off says so there",
      { ...ANSWER, fail: { kind: "error-event", after: 3 } as const },
      { type: "error", data: { message: expect.any(String) as string } },
    ],
  ])("%s", async (_, replay, end) => {
    const { service } = await open(replay);
    const socket = new WebSocket(addressOf(service));
    const frames: { type: string; data: Data }[] = [];
    socket.on("open", () => {
      const messages = [{ role: "user", content: "Well?" }];
      socket.send(JSON.stringify({ type: "complete", data: { messages } }));
    });
    await new Promise<void>((resolve) => {
      socket.on("message", (text: Buffer) => {
        frames.push(JSON.parse(text.toString()) as (typeof frames)[number]);
        if (["done", "error"].includes(frames.at(-1)!.type)) resolve();
      });
    });
    socket.close();
    expect(frames[0]).toEqual({ type: "start", data: {} });
    expect(frames.at(-1)).toEqual(end);
    const text = frames
      .flatMap(({ data }) => ("content" in data ? [data["content"]] : []))
      .join("");
    expect(TEXT.startsWith(text)).toBe(true);
    expect(text === TEXT).toBe(end.type === "done");
  });

  test.each([
    [{ unit: "buffered", buffer_type: "word" }, "unit: only raw in simple frames"],
    [{ resumable: true }, "resumable: not in simple frames"],
  ])("in simple frames is text alone: %o is refused, and not asked", async (fields, message) => {
    const { service, upstream } = await open(ANSWER);
    const socket = new WebSocket(addressOf(service));
    const messages = [{ role: "user", content: "Well?" }];
    socket.on("open", () => {
      socket.send(JSON.stringify({ type: "complete", data: { messages, ...fields } }));
    });
    const said = await new Promise<string>((resolve) => {
      socket.on("message", (text: Buffer) => {
        resolve(text.toString());
      });
    });
    socket.close();
    expect(JSON.parse(said)).toEqual({ type: "error", data: { message } });
    expect(upstream.requests).toEqual([]);
  });

  test("is not for pages of other sites, nor at other paths", async () => {
    const { service } = await open(ANSWER);
    const statusOf = (url: string, origin: string) =>
      new Promise<string>((resolve) => {
        new WebSocket(url, { origin }).on("error", ({ message }) => {
          resolve(message);
        });
      });
    expect(await statusOf(addressOf(service), "https://evil.example")).toContain("403");
    expect(await statusOf(`${addressOf(service)}s`, service.url)).toContain("404");
  });

  test("is not opened by a request that does not ask to", async () => {
    const { service } = await open(ANSWER);
    const response = await fetch(`${service.url}/v1/ws/stream`);
    expect([response.status, response.headers.get("upgrade")]).toEqual([426, "websocket"]);
    expect(await response.json()).toMatchObject({ error: { kind: "invalid-request" } });
  });

  test("fails in the log, where nobody foresaw it, and tells its client no more than that", async () => {
    const log = openLog();
    const options = socketsOptions(log.logDestination);
    const count = () => Promise.reject(new Error("secret"));
    const server = createServer();
    const sockets = acceptStreams(server, { ...options, gate: { ...options.gate, count } });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const socket = connectSocket(`ws://127.0.0.1:${port}/v1/ws/stream`, { WebSocket });
    const reader = socket.attach("0123456789abcdef").getReader();
    await expect(reader.read()).rejects.not.toThrow("secret");
    expect(log.lines).toMatchObject([{ level: 50, msg: "failure", err: { message: "secret" } }]);
    socket.close();
    sockets.close();
    server.close();
  });

  test("is refused, and let go of, where the host is none or the client stays", async () => {
    const { service } = await open(ANSWER);
    const { port } = new URL(service.url);
    for (const [host, status] of [
      ["a b", "400 Bad Request"],
      ["localhost", "404 Not Found"],
    ] as const) {
      const client = connectTcp({ port: Number(port), host: "127.0.0.1", allowHalfOpen: true });
      client.write(
        `GET /elsewhere HTTP/1.1\r\nhost: ${host}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n`,
      );
      expect(await text(client)).toContain(status);
      client.destroy();
    }
    expect((await fetch(`${service.url}/health`)).status).toBe(200);
  });
});
