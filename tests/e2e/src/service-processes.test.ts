import { pipe } from "@millrace/core";
import { bundleService } from "@millrace/example-service/bundle";
import { collect } from "@millrace/parts";
import { connectSse, decodeSse } from "@millrace/sse";
import { answers, startReplay, type ReplayUpstream } from "@millrace/testing/replay";
import { decodeAiSdkUi } from "@millrace/ui";
import { connectSocket } from "@millrace/ws";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import {
  missingRedis,
  startRedis,
} from "../../../packages/resume/src/redis/redis-server.fixture.ts";
import type { TestServer } from "../../../packages/resume/src/server-process.fixture.ts";
import { startRoundRobin, startServiceProcess, type ServiceProcess } from "./service-processes.ts";

const missing = missingRedis();
if (missing !== undefined) console.warn(missing);

const STARTING = 60_000; // milliseconds that a busy machine may take
const SOME = 40; // events, after which something happens
const RAW = "/v1/stream/raw";
const COMPARE = "/v1/compare";
const TEXT = answers.prose.text;

interface Data {
  key?: string;
  content?: string;
  done?: true;
  finishReason?: string;
  error?: { kind: string };
}

describe.skipIf(missing !== undefined)("two processes of the service behind a proxy", () => {
  let redis: TestServer;
  let program: string;
  let upstream: ReplayUpstream;
  let services: ServiceProcess[] = [];
  let proxy: Awaited<ReturnType<typeof startRoundRobin>>;

  beforeAll(async () => {
    [redis, program] = await Promise.all([startRedis(), bundleService("processes")]);
  }, STARTING);
  afterAll(() => redis.close());
  beforeEach(async () => {
    upstream = await startReplay({ gap: 5 });
    const variables = {
      STORE: `redis://127.0.0.1:${redis.port}`,
      OPENAI_BASE_URL: `${upstream.url}/v1`,
      OPENAI_API_KEY: "none",
      OPENAI_MODEL: "prose",
      LEASE_MS: "1000",
      DRAIN_MS: "200",
    };
    const start = () => startServiceProcess(program, variables);
    services = await Promise.all([start(), start()]);
    proxy = await startRoundRobin(services.map(({ url }) => url));
  }, STARTING);
  afterEach(async () => {
    for (const { kill } of services) kill("SIGKILL");
    await Promise.all(services.map(({ ended }) => ended));
    proxy.close();
    await upstream.close();
  });

  /** Begins an answer in the first process, and gives its place behind the proxy. */
  async function begin(route: string, body: object): Promise<string> {
    const response = await fetch(`${services[0]!.url}${route}`, {
      method: "POST",
      body: JSON.stringify({ prompt: "What is a mill race?", resumable: true, ...body }),
    });
    expect(response.status).toBe(200);
    await response.body?.cancel();
    return `${proxy.url}${response.headers.get("location")}`;
  }

  /** Reads to the end, coming back whenever the connection is lost. */
  async function read(place: string, happen: () => unknown = () => undefined): Promise<Data[]> {
    const all: Data[] = [];
    const ids: string[] = [];
    const events = connectSse(place, { retryDelay: 50, until: ({ id }) => id === "done" });
    for await (const { data, lastEventId } of events) {
      all.push(JSON.parse(data) as Data);
      ids.push(lastEventId);
      if (all.length === SOME) await happen();
    }
    const numbers = all.map((_, index) => (index === all.length - 1 ? "done" : String(index + 1)));
    expect(ids).toEqual(numbers); // none twice, and none left out
    return all;
  }

  const textOf = (all: Data[], key?: string) =>
    all.flatMap((data) => (data.key === key ? [data.content ?? ""] : [])).join("");

  test("an answer is resumed through either, event by event", async () => {
    const place = await begin(RAW, {});
    const whole = await read(place);
    expect(textOf(whole)).toBe(TEXT);
    for (const after of [0, 1, 2, 30, 31, whole.length - 1]) {
      const headers = { "last-event-id": String(after) };
      const events = connectSse(place, { headers, resume: false });
      const rest: Data[] = [];
      for await (const { data } of events) rest.push(JSON.parse(data) as Data);
      expect(rest).toEqual(whole.slice(after));
    }
    expect(upstream.requests).toHaveLength(1);
  });

  test("it is stopped through either, within a second", async () => {
    const place = await begin(RAW, {});
    let stoppedAt = 0;
    let endedAt = 0;
    void upstream.requests[0]!.ended.then(() => (endedAt = performance.now()));
    const all = await read(place, async () => {
      stoppedAt = performance.now();
      const other = place.replace(proxy.url, services[1]!.url);
      expect(await (await fetch(other, { method: "DELETE" })).json()).toEqual({ stopped: true });
    }).catch((error: unknown) => error);
    expect(await upstream.requests[0]!.ended).toBe("aborted");
    expect(endedAt - stoppedAt).toBeLessThan(1_000);
    expect(all).toBeInstanceOf(Array);
    expect((all as Data[]).at(-1)).toMatchObject({ done: true, finishReason: "error" });
  });

  test("it is whole although its process was killed: the other one goes on, once", async () => {
    const place = await begin(RAW, {});
    const readers = [
      read(place, () => {
        services[0]!.kill("SIGKILL");
      }),
      read(place),
      read(place),
    ];
    for (const all of await Promise.all(readers)) {
      expect(textOf(all)).toBe(TEXT);
      expect(all.at(-1)).toMatchObject({ done: true, finishReason: "stop" });
    }
    expect(upstream.requests).toHaveLength(2);
  });

  test("it is handed over by a process that is told to end", async () => {
    const place = await begin(RAW, {});
    const all = await read(place, () => {
      services[0]!.kill("SIGTERM");
    });
    expect(textOf(all)).toBe(TEXT);
    expect(all.at(-1)).toMatchObject({ done: true, finishReason: "stop" });
    expect(await services[0]!.ended).toBe(0);
    expect(await upstream.requests[0]!.ended).toBe("aborted");
    expect(upstream.requests).toHaveLength(2);
  });

  test("a comparison is, too: each of its answers goes on", async () => {
    const place = await begin(COMPARE, { models: ["one", "other"] });
    const all = await read(place, () => {
      services[0]!.kill("SIGKILL");
    });
    for (const key of ["one", "other"]) expect(textOf(all, key)).toBe(TEXT);
    expect(all.at(-1)).toMatchObject({ done: true, finishReason: "stop" });
    expect(upstream.requests).toHaveLength(4);
  });

  test("is read on over WebSockets in either, from where another kind of client was", async () => {
    const place = await begin(RAW, {});
    const whole = textOf(await read(place));
    const stream = place.slice(place.lastIndexOf("/") + 1);
    for (const after of [0, 7, 30, 31]) {
      const socket = connectSocket(`${proxy.url.replace("http", "ws")}/v1/ws/stream`, {
        WebSocket,
      });
      const seen: Data[] = [];
      for await (const data of socket.attach<Data>(stream, { after })) seen.push(data);
      socket.close();
      const before = await read(place).then((all) => textOf(all.slice(0, after)));
      expect(before + textOf(seen)).toBe(whole);
    }
    expect(upstream.requests).toHaveLength(1);
  });

  test("a chat of the AI SDK goes on in the other one, whose process was killed", async () => {
    const chat = "/v1/ui/chat";
    const parts = [{ type: "text", text: "What is a mill race?" }];
    const body = JSON.stringify({ id: "chat-1", messages: [{ id: "1", role: "user", parts }] });
    const begun = await fetch(`${services[0]!.url}${chat}`, { method: "POST", body });
    const reader = begun.body!.getReader();
    for (let chunks = 0; chunks < 5; chunks++) await reader.read();
    services[0]!.kill("SIGKILL");
    await reader.cancel().catch(() => undefined);
    const again = await fetch(`${services[1]!.url}${chat}/chat-1/stream`);
    expect(again.status).toBe(200);
    const { text, finishReason, error } = await collect(
      pipe(again.body!, decodeSse(), decodeAiSdkUi()),
    );
    expect([text, finishReason, error]).toEqual([TEXT, "stop", undefined]);
    expect(upstream.requests).toHaveLength(2);
  });
});
