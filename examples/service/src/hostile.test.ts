import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { startReplay } from "@millrace/testing/replay";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readConfig } from "./config.ts";
import { eventsOf, openLog, RAW, type Data } from "./service.fixture.ts";
import { startService, type Service } from "./service.ts";

// One service that all of these come to, as they would: at the end it has to be as at the beginning.

const MIB = 1024 * 1024;
const HALF_OPEN = 1_000;
const DEEP = 100_000;
const QUESTION = JSON.stringify({ prompt: "Well?" });

const log = openLog();
let upstream: Awaited<ReturnType<typeof startReplay>>;
let service: Service;
let port: number;
let heapBefore: number;

beforeAll(async () => {
  upstream = await startReplay({ speed: 0, answer: { text: "Good." } });
  service = await startService({
    ...readConfig({ PORT: "0", REQUEST_TIMEOUT_MS: "1000", MAX_BODY_BYTES: String(MIB) }),
    upstream: { baseUrl: `${upstream.url}/v1`, apiKey: "secret" },
    logDestination: log.logDestination,
    logLevel: "error",
  });
  port = Number(new URL(service.url).port);
  await expectAnswer(); // all that is loaded once
  heapBefore = heapUsed();
});

afterAll(async () => {
  await service.close();
  await upstream.close();
});

function heapUsed(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  return process.memoryUsage().heapUsed;
}

function post(body: BodyInit, headers: Record<string, string> = {}, path: string = RAW) {
  const init = { method: "POST", body, headers, duplex: "half" as const };
  return fetch(`${service.url}${path}`, init);
}

async function expectAnswer(): Promise<void> {
  const events = await eventsOf(await post(QUESTION));
  const pieces = events.flatMap(({ data }) => ("content" in data ? [data["content"]] : []));
  expect(pieces.join("")).toBe("Good.");
}

/** Sends bytes as they are, and gives all that comes until the service closes. */
async function send(...pieces: (string | Uint8Array)[]): Promise<string> {
  const socket = await opened();
  for (const piece of pieces) socket.write(piece);
  return all(socket);
}

async function opened(): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined); // the service may hang up at any time
  await once(socket, "connect");
  return socket;
}

async function all(socket: Socket): Promise<string> {
  let text = "";
  socket.on("data", (piece) => (text += String(piece)));
  // `once` would reject: some versions of Node reset the connection behind their answer.
  await new Promise((resolve) => socket.on("close", resolve));
  return text;
}

function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);
}

async function errorOf(response: Response): Promise<Data> {
  return ((await response.json()) as { error: Data }).error;
}

describe("a body that is too large", () => {
  test("is refused by its length", async () => {
    const response = await post("x".repeat(2 * MIB));
    expect(response.status).toBe(413);
    expect(response.headers.get("connection")).toBe("close"); // no request may follow what is left of it
    expect(await errorOf(response)).toMatchObject({ kind: "too-large", field: "body" });
  });

  test("is refused when it has become so, in pieces of unknown number", async () => {
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(new Uint8Array(64 * 1024).fill(32));
      },
    });
    const response = await post(endless).catch(() => undefined); // some clients only see a reset
    if (response !== undefined) expect(response.status).toBe(413);
  });

  test("is read in pieces of unknown number, while it is small enough", async () => {
    const pieces = new Blob([QUESTION]).stream();
    const events = await eventsOf(await post(pieces));
    expect(events.at(-1)).toMatchObject({ data: { finishReason: "stop" } });
  });

  test("or that is not there at all, is refused as what it is", async () => {
    const head = (path: string) => `POST ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`;
    expect(await send(head(RAW))).toContain("HTTP/1.1 400 ");
    expect(await send(head("/v1/streams/some"))).toContain("HTTP/1.1 405 ");
    expect(await send(head("/v1/nowhere"))).toContain("HTTP/1.1 404 ");
  });

  test.each([
    ["more than it says", ["content-length: 2"], `${QUESTION}${"x".repeat(MIB)}`],
    ["two lengths", ["content-length: 2", "content-length: 3"], QUESTION],
    ["a length below nothing", ["content-length: -1"], QUESTION],
    ["a length and pieces", ["content-length: 5", "transfer-encoding: chunked"], "0\r\n\r\n"],
    ["pieces without a size", ["transfer-encoding: chunked"], "zz\r\n"],
  ])("or has %s, is no request", async (_, headers, body) => {
    const head = `POST ${RAW} HTTP/1.1\r\nhost: x\r\n${headers.join("\r\n")}\r\n\r\n`;
    expect(await send(head, body)).toContain("HTTP/1.1 400 ");
  });
});

describe("a client that is slow on purpose", () => {
  test.each([
    ["its headers", "x-a: ", "a"],
    ["its body", "content-length: 99\r\n\r\n", "a"],
    ["its pieces", "transfer-encoding: chunked\r\n\r\n", "1\r\na\r\n"],
  ])("with %s is cut off", async (_, head, drop) => {
    const socket = await opened();
    socket.write(`POST ${RAW} HTTP/1.1\r\nhost: x\r\n${head}`);
    const drip = setInterval(() => socket.write(drop), 100);
    const answer = await all(socket);
    clearInterval(drip);
    expect(["", "408"]).toContain(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? "");
  });

  test(`does not keep others out, also as ${HALF_OPEN} at a time`, async () => {
    const sockets = await Promise.all(Array.from({ length: HALF_OPEN }, opened));
    for (const socket of sockets) socket.write("POST /v1/stream/raw HTTP/1.1\r\nhost: x\r\n");
    await expectAnswer();
    await Promise.all(sockets.map(all));
  });
});

describe("what is no HTTP", () => {
  test.each([
    ["bytes of all kinds", Uint8Array.from({ length: 4096 }, (_, index) => (index * 7919) % 256)],
    ["a greeting of TLS", new Uint8Array([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3])],
    ["a greeting of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["an unknown method", "STEAL / HTTP/1.1\r\nhost: x\r\n\r\n"],
    ["a host that is none", `GET /health HTTP/1.1\r\nhost: a b\r\nconnection: close\r\n\r\n`],
    ["no host", "GET /health HTTP/1.1\r\nconnection: close\r\n\r\n"],
    ["a NUL in a header", `GET /health HTTP/1.1\r\nhost: x\r\nx-a: a\0b\r\n\r\n`],
    ["a CR in a header", `GET /health HTTP/1.1\r\nhost: x\r\nlast-event-id: 1\rx: y\r\n\r\n`],
    ["a header that goes on", `GET /health HTTP/1.1\r\nhost: x\r\nx-a: a\r\n b\r\n\r\n`],
  ])("such as %s, is refused", async (_, bytes) => {
    expect(statusOf(await send(bytes))).toBe(400);
  });

  test("nor are headers without end", async () => {
    const head = `GET /health HTTP/1.1\r\nhost: x\r\nx-a: ${"a".repeat(MIB)}\r\n\r\n`;
    expect(statusOf(await send(head))).toBe(431);
  });
});

describe("lines in places for words", () => {
  const LINES = "a\r\nset-cookie: a=b\r\n\r\ndata: {}\u0000\u2028";

  test("stay words", async () => {
    const response = await post(JSON.stringify({ prompt: LINES, model: LINES }));
    expect(response.status).toBe(200);
    expect(response.headers.get("set-cookie")).toBeNull();
    expect(await response.text()).not.toContain("set-cookie");
    expect(upstream.requests.at(-1)?.json).toMatchObject({ model: LINES });
  });

  test.each([
    `/v1/streams/${encodeURIComponent(LINES)}`,
    `/v1/streams/a?after=${encodeURIComponent(LINES)}`,
    `/v1/${encodeURIComponent(LINES)}`,
  ])("are found nowhere: %s", async (path) => {
    const response = await fetch(`${service.url}${path}`);
    expect([400, 404]).toContain(response.status);
    expect(response.headers.get("set-cookie")).toBeNull();
    expect(await errorOf(response)).toHaveProperty("kind");
  });

  test("are no cursor", async () => {
    const recorded = await post(JSON.stringify({ prompt: "Well?", resumable: true }));
    await recorded.text();
    for (const cursor of ["1\tx", "-1", "1e9", "9".repeat(400), "__proto__", "NaN"]) {
      const headers = { "last-event-id": cursor };
      const url = `${service.url}${recorded.headers.get("location")!}`;
      expect((await fetch(url, { headers })).status).toBe(400);
    }
  });
});

describe("a path of another kind", () => {
  test.each([
    "/v1/streams/../../package.json",
    "/../package.json",
    "/%2e%2e/package.json",
    "/..%2fpackage.json",
    "/..%5cpackage.json",
    "/page.js/../../package.json",
    "/page/page.js",
    "//package.json",
    "/v1/streams/__proto__",
    "/v1/streams/constructor",
    "/v1/streams/%00",
    "/v1/streams/%ff",
    "/v1/streams/%",
    "/v1/stream/__proto__",
    "/v1/stream/toString",
    `/${"a/".repeat(4000)}`,
    "*",
    "http://elsewhere.example/v1/streams/a",
  ])("leads nowhere: %s", async (path) => {
    const answer = await send(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);
    expect([400, 404, 405]).toContain(statusOf(answer));
    expect(answer).not.toContain("example-service");
  });
});

describe("a body of another kind", () => {
  const deep = "[".repeat(DEEP) + "]".repeat(DEEP);

  test.each([
    ["a prototype", '{"prompt":"a","constructor":{"prototype":{"polluted":1}}}', "constructor"],
    ["depth, where a text is expected", `{"prompt":${deep}}`, "prompt"],
    ["depth, where nothing is expected", `{"prompt":"a","x":${deep}}`, "x"],
    ["depth alone", deep, "body"],
    ["depth without an end", "[".repeat(DEEP), "body"],
    ["a number beyond all numbers", '{"prompt":"a","max_tokens":1e999}', "max_tokens"],
    ["a hundred thousand messages", `{"messages":[${"{},".repeat(DEEP)}{}]}`, "messages[0].role"],
    ["half a character", new Uint8Array([0xff, 0xfe, 0x7b]), "body"],
    ["the text of another encoding", Buffer.from(QUESTION, "utf16le"), "body"],
    ["a form", new URLSearchParams({ prompt: "a" }).toString(), "body"],
    ["nothing but spaces", " ".repeat(1000), "body"],
  ])("is refused by the name of the field: %s", async (_, body, field) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(await errorOf(response)).toMatchObject({ kind: "invalid-request", field });
  });

  test("writes to no prototype", async () => {
    await (await post('{"prompt":"a","__proto__":{"polluted":1}}')).text();
    await (await post('{"prompt":"a","__proto__":{"resumable":true}}')).text();
    expect(({} as Data)["polluted"]).toBeUndefined();
    expect(upstream.requests.at(-1)?.json).not.toHaveProperty("polluted");
  });

  test("may call itself anything", async () => {
    for (const type of ["text/html", "multipart/form-data; boundary=x", "a/b; charset=utf-7"]) {
      const response = await post(QUESTION, { "content-type": type });
      expect(response.status).toBe(200);
      await response.text();
    }
  });

  test("is refused to have been packed", async () => {
    const response = await post(QUESTION, { "content-encoding": "gzip" });
    expect([200, 400, 415]).toContain(response.status);
    await response.text();
  });
});

test("After all of it the service answers, its memory is back, and nothing failed in it", async () => {
  await expectAnswer();
  expect(log.lines).toEqual([]);
  expect((heapUsed() - heapBefore) / MIB).toBeLessThan(16);
});
