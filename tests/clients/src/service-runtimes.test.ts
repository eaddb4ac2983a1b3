import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { fileURLToPath } from "node:url";
import { run } from "@millrace/core";
import { bundleService } from "@millrace/example-service/bundle";
import { decodeSse } from "@millrace/sse";
import { answers, startReplay, type ReplayUpstream } from "@millrace/testing/replay";
import { connectSocket } from "@millrace/ws";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { WebSocket } from "ws";

// examples/service as one program, unchanged, on each runtime that can run it.

const RUNTIMES = fileURLToPath(
  new URL("../../../examples/sockets/node_modules/.bin/", import.meta.url),
);
const STARTING = 60_000; // milliseconds, on a machine with other work

const COMMANDS: Record<string, [string, ...string[]]> = {
  "Node.js": [process.execPath],
  Bun: [`${RUNTIMES}bun`, "run"],
  Deno: [`${RUNTIMES}deno`, "run", "--allow-net", "--allow-env", "--allow-read", "--allow-sys"],
};

const missing = Object.keys(COMMANDS).filter((name) => !existsSync(COMMANDS[name]![0]));
if (missing.length > 0) {
  console.warn(
    `The service on ${missing.join(" and ")} is NOT tested: install them in examples/sockets.`,
  );
}

type Data = Record<string, unknown>;

const ASKED = { prompt: "What is a mill race?" };
const TEXT = answers.prose.text;

const textOf = (items: Data[]) => items.map(({ content = "" }) => content as string).join("");
const eventsOf = (text: string) =>
  run(decodeSse(), [text]).map(({ data, lastEventId }) => ({
    data: JSON.parse(data) as Data,
    lastEventId,
  }));

let bundle: string;
beforeAll(async () => {
  bundle = await bundleService("on-runtimes");
}, STARTING);

const present = Object.entries(COMMANDS).filter(([name]) => !missing.includes(name));

describe.each(present)("the service on %s", (_, command) => {
  let program: ChildProcess;
  let upstream: ReplayUpstream;
  let url: string;
  let said = "";

  beforeAll(async () => {
    upstream = await startReplay({ gap: 1 });
    const [executable, ...args] = command;
    program = spawn(executable, [...args, bundle], {
      env: {
        ...{ PATH: process.env["PATH"], HOME: process.env["HOME"] },
        ...{ PORT: "0", OPENAI_BASE_URL: `${upstream.url}/v1` },
      },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true, // a group of its own: what npm installs starts the runtime as a child
    });
    for (const stream of [program.stdout!, program.stderr!]) {
      stream.on("data", (text) => (said += String(text)));
    }
    const ended = once(program, "exit").then(() => Promise.reject(new Error(`It ended: ${said}`)));
    const begun = vi.waitUntil(() => /http:\/\/127\S+/.exec(said)?.[0], { timeout: STARTING });
    url = await Promise.race([begun, ended]);
    void ended.catch(() => undefined);
  }, STARTING);
  afterAll(async () => {
    if (program.exitCode === null && program.signalCode === null) {
      const exited = once(program, "exit");
      process.kill(-program.pid!, "SIGKILL");
      await exited;
    }
    await upstream.close();
  });

  const post = (path: string, body: object, init: RequestInit = {}) =>
    fetch(`${url}${path}`, { method: "POST", body: JSON.stringify(body), ...init });

  function connect() {
    const socket = connectSocket(`${url.replace("http", "ws")}/v1/ws/stream`, { WebSocket });
    onTestFinished(socket.close);
    return socket;
  }

  async function readAll(stream: ReadableStream<Data>): Promise<Data[]> {
    const items: Data[] = [];
    for await (const item of stream) items.push(item);
    return items;
  }

  test.each([
    ["/v1/stream/raw", {}],
    ["/v1/stream/buffered", { buffer_type: "sentence" }],
    ["/v1/stream/json", {}],
    ["/v1/stream/code", {}],
    ["/v1/compare", { models: ["prose", "code"] }],
  ])("answers at %s", async (path, fields) => {
    const response = await post(path, { ...ASKED, ...fields });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    const events = eventsOf(await response.text());
    expect(events.at(-1)).toMatchObject({
      data: { done: true, finishReason: "stop" },
      lastEventId: "done",
    });
    if (path === "/v1/stream/raw") expect(textOf(events.map(({ data }) => data))).toBe(TEXT);
    if (path === "/v1/stream/buffered") {
      expect(events.map(({ data: { item = "" } }) => item as string).join("")).toBe(TEXT);
    }
  });

  test("serves its page, its health, and refusals", async () => {
    expect(await (await fetch(url)).text()).toContain("<!doctype html>");
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ status: "ok" });
    expect((await post("/v1/stream/raw", {})).status).toBe(400);
    expect((await fetch(`${url}/v1/stream/raw`)).status).toBe(405);
    expect((await fetch(`${url}/nowhere`)).status).toBe(404);
  });

  test("refuses a body that is too large", async () => {
    // It is known by its length. What is sent after that would meet a connection that is closed.
    const request = httpRequest(`${url}/v1/stream/raw`, {
      method: "POST",
      headers: { "content-length": 2 ** 21 },
      agent: false,
    });
    request.on("error", () => undefined);
    request.flushHeaders();
    const [{ statusCode }] = (await once(request, "response")) as [IncomingMessage];
    expect(statusCode).toBe(413);
    request.destroy();
  });

  test("cancels the upstream when its client goes away", async () => {
    const client = new AbortController();
    const before = upstream.requests.length;
    const response = await post("/v1/stream/raw", ASKED, { signal: client.signal });
    await response.body!.getReader().read();
    client.abort();
    expect(await upstream.requests[before]!.ended).toBe("aborted");
  });

  test("keeps a resumable answer for clients of HTTP and of sockets, who change in the middle", async () => {
    const response = await post("/v1/stream/raw", { ...ASKED, resumable: true });
    const name = response.headers.get("x-stream-id")!;
    let seen = "";
    for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
      seen += piece;
      if (seen.includes("\nid: 5\n")) break;
    }
    const begun = eventsOf(seen).slice(0, 5);
    const going: Data[] = [];
    for await (const item of connect().attach<Data>(name, { after: 5 })) {
      if (going.push(item) === 7) break;
    }
    const rest = await fetch(`${url}/v1/streams/${name}`, { headers: { "last-event-id": "12" } });
    const all = [...begun, ...eventsOf(await rest.text())].map(({ data }) => data);
    expect(textOf([...all.slice(0, 5), ...going, ...all.slice(5)])).toBe(TEXT);
  });

  test("stops a resumable answer", async () => {
    const before = upstream.requests.length;
    const response = await post("/v1/stream/raw", { ...ASKED, resumable: true });
    const stopped = await fetch(`${url}${response.headers.get("location")}`, { method: "DELETE" });
    expect(await stopped.json()).toEqual({ stopped: true });
    expect(await upstream.requests[before]!.ended).toBe("aborted");
    expect(eventsOf(await response.text()).at(-1)?.data).toMatchObject({ finishReason: "error" });
  });

  test("answers many questions on a socket, and stops one of them", async () => {
    const socket = connect();
    const endless = socket.request<Data>(ASKED).getReader();
    await endless.read();
    const [raw, lines] = await Promise.all([
      readAll(socket.request<Data>(ASKED)),
      readAll(socket.request<Data>({ ...ASKED, unit: "buffered", buffer_type: "line" })),
      endless.cancel(),
    ]);
    expect(textOf(raw)).toBe(TEXT);
    expect(lines.map(({ item = "" }) => item as string).join("")).toBe(TEXT);
    await vi.waitUntil(async () => {
      const ends = upstream.requests.slice(-3).map(({ ended }) => ended);
      return (await Promise.all(ends)).includes("aborted");
    });
  });

  test("speaks simple frames on a socket without a subprotocol", async () => {
    const socket = new WebSocket(`${url.replace("http", "ws")}/v1/ws/stream`);
    onTestFinished(() => socket.terminate());
    const frames: { type: string; data: Data }[] = [];
    socket.on("message", (text: Buffer) => {
      frames.push(JSON.parse(text.toString()) as (typeof frames)[number]);
    });
    await once(socket, "open");
    const messages = [{ role: "user", content: "Well?" }];
    socket.send(JSON.stringify({ type: "complete", data: { messages } }));
    await vi.waitUntil(() => frames.at(-1)?.type === "done", { timeout: 20_000 });
    expect(textOf(frames.map(({ data }) => data))).toBe(TEXT);
  });

  test.each([
    ["a page of another origin", "/v1/ws/stream", "https://evil.example", "403"],
    ["another path", "/v1/ws/elsewhere", undefined, "404"],
  ])("gives no socket to %s", async (_, path, origin, status) => {
    const socket = new WebSocket(`${url.replace("http", "ws")}${path}`, {
      ...(origin !== undefined && { origin }),
    });
    const [error] = (await once(socket, "error")) as [Error];
    expect(error.message).toContain(status);
  });

  test("ends when it is told to, though an answer is under way", async () => {
    const response = await post("/v1/stream/raw", ASKED);
    const ended = once(program, "close"); // of the runtime, also where something else has started it
    process.kill(-program.pid!, "SIGTERM");
    await response.text().catch(() => undefined); // its end, or what is left of it
    await ended;
    await expect(fetch(url)).rejects.toThrow();
  });
});
