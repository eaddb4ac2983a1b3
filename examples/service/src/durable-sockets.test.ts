import { once } from "node:events";
import { run } from "@millrace/core";
import { decodeSse } from "@millrace/sse";
import { connectSocket, SocketError } from "@millrace/ws";
import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { ANSWER, closeLater, eventsOf, open, RAW, TEXT, type Data } from "./service.fixture.ts";

// Answers that outlive their sockets, and are the same over HTTP.

const NAME = "0123456789abcdef";
const ASKED = { prompt: "Well?", resumable: true };
const SLOW = { ...ANSWER, speed: 1, gap: 20 };
const STALLED = { ...ANSWER, fail: { kind: "stall", after: 4 } } as const;

const textOf = (items: Data[]) => items.map(({ content = "" }) => content as string).join("");

async function openConnected(...options: Parameters<typeof open>) {
  const opened = await open(...options);
  const url = `${opened.service.url.replace("http", "ws")}/v1/ws/stream`;
  const connect = () => {
    const socket = connectSocket(url, { WebSocket, retryDelay: 20 });
    closeLater(() => {
      socket.close();
      return Promise.resolve();
    });
    return socket;
  };
  return { ...opened, url, connect, streamUrl: `${opened.service.url}/v1/streams/${NAME}` };
}

/** All items, or the first so many. */
async function take(stream: ReadableStream<Data>, count = Infinity): Promise<Data[]> {
  const items: Data[] = [];
  for await (const item of stream) if (items.push(item) >= count) break;
  return items;
}

/** All events with a number, or the first so many, as an `EventSource` sees them. */
async function takeEvents(url: string, after: number, count: number): Promise<Data[]> {
  const response = await fetch(url, { headers: { "last-event-id": String(after) } });
  return readEvents(response, after, count);
}

async function readEvents(response: Response, after: number, count: number): Promise<Data[]> {
  const items: Data[] = [];
  let seen = "";
  for await (const piece of response.body!.pipeThrough(new TextDecoderStream())) {
    seen += piece;
    if (seen.split("\n\n").length > count + 2) break; // the comment that opens it, and a half one
  }
  for (const { data, id } of run(decodeSse(), [seen]).slice(0, count)) {
    expect(id).toBe(String(after + items.length + 1));
    items.push(JSON.parse(data) as Data);
  }
  return items;
}

describe("a resumable answer over a socket", () => {
  test("goes on when its client is gone, and is found whole by another one, here and over HTTP", async () => {
    const { connect, streamUrl, upstream } = await openConnected(SLOW);
    const first = connect();
    const seen: Data[] = [];
    const reader = first.request<Data>(ASKED, { stream: NAME }).getReader();
    for (let n = 0; n < 3; n++) seen.push((await reader.read()).value!);
    first.close();
    const end = async () => {
      while (!(await reader.read()).done); // what has come by then is there to be read
    };
    await expect(end()).rejects.toThrow(SocketError);
    const rest = await take(connect().attach<Data>(NAME, { after: 3 }));
    expect(rest.pop()).toMatchObject({ done: true, finishReason: "stop" });
    expect(textOf([...seen, ...rest])).toBe(TEXT);
    const events = await eventsOf(await fetch(streamUrl));
    expect(textOf(events.map(({ data }) => data))).toBe(TEXT);
    expect(upstream.requests).toHaveLength(1);
  });

  test("is not asked for twice, whoever asks again under its name", async () => {
    const { connect, upstream } = await openConnected(ANSWER);
    const [one, other] = await Promise.all(
      [connect(), connect()].map((socket) => take(socket.request<Data>(ASKED, { stream: NAME }))),
    );
    expect(one).toEqual(other);
    expect(textOf(one!)).toBe(TEXT);
    expect(upstream.requests).toHaveLength(1);
  });

  test.each([
    ["HTTP, a socket, HTTP", 3, 9],
    ["HTTP, for one event, a socket, HTTP", 1, 2],
  ])("loses and doubles nothing when its client changes to %s", async (_, first, second) => {
    const { connect, post, service } = await openConnected(SLOW);
    const response = await post(RAW, ASKED);
    const name = response.headers.get("x-stream-id")!;
    const begun = await readEvents(response, 0, first);
    const going = await take(connect().attach<Data>(name, { after: first }), second - first);
    const rest = await eventsOf(
      await fetch(`${service.url}/v1/streams/${name}`, {
        headers: { "last-event-id": String(second) },
      }),
    );
    const all = [...begun, ...going, ...rest.map(({ data }) => data)];
    expect(begun).toHaveLength(first);
    expect(going).toHaveLength(second - first);
    expect(textOf(all)).toBe(TEXT);
    expect(all.filter((item) => "done" in item)).toHaveLength(1);
  });

  test("that began on a socket is read on over HTTP, and again on a socket", async () => {
    const { connect, streamUrl } = await openConnected(SLOW);
    const first = connect();
    const reader = first.request<Data>(ASKED, { stream: NAME }).getReader();
    const begun = [(await reader.read()).value!, (await reader.read()).value!];
    first.close();
    const going = await takeEvents(streamUrl, 2, 4);
    const rest = await take(connect().attach<Data>(NAME, { after: 6 }));
    expect(textOf([...begun, ...going, ...rest])).toBe(TEXT);
    expect(rest.at(-1)).toMatchObject({ done: true, finishReason: "stop" });
    await reader.cancel().catch(() => undefined);
  });

  test("is stopped by its own client's cancel, and its readers over HTTP are told", async () => {
    const { connect, streamUrl, upstream } = await openConnected(STALLED);
    const reader = connect().request<Data>(ASKED, { stream: NAME }).getReader();
    await reader.read();
    const reading = fetch(streamUrl).then(eventsOf);
    await reader.cancel();
    expect(await (await upstream.request(0)).ended).toBe("aborted");
    const events = await reading;
    expect(events.at(-2)).toMatchObject({ type: "error", data: { error: { kind: "aborted" } } });
    expect(events.at(-1)?.data).toMatchObject({ done: true, finishReason: "error" });
  });

  test("is stopped by a DELETE, and its client on the socket is told", async () => {
    const { connect, streamUrl, upstream } = await openConnected(STALLED);
    const reader = connect().request<Data>(ASKED, { stream: NAME }).getReader();
    const items = [(await reader.read()).value!];
    await fetch(streamUrl, { method: "DELETE" });
    for (let next; !(next = await reader.read()).done;) items.push(next.value);
    expect(items.slice(-2)).toMatchObject([
      { error: { kind: "aborted" } },
      { done: true, finishReason: "error" },
    ]);
    expect(await upstream.requests[0]!.ended).toBe("aborted");
  });

  test("is stopped by name, from a connection that did not begin it", async () => {
    const { connect, url, upstream } = await openConnected(STALLED);
    const reader = connect().request<Data>(ASKED, { stream: NAME }).getReader();
    await reader.read();
    const other = new WebSocket(url, ["millrace.v1"]);
    await once(other, "open");
    other.send('{"type":"hello","v":1}');
    await once(other, "message");
    other.send(JSON.stringify({ type: "cancel", id: "none", stream: NAME }));
    expect(await (await upstream.request(0)).ended).toBe("aborted");
    other.terminate();
    await reader.cancel();
  });

  test("is left alone by a reader that lets go of it", async () => {
    const { connect, post, upstream } = await openConnected(SLOW);
    const response = await post(RAW, ASKED);
    await take(connect().attach<Data>(response.headers.get("x-stream-id")!), 2);
    expect(textOf((await eventsOf(response)).map(({ data }) => data))).toBe(TEXT);
    expect(await upstream.requests[0]!.ended).toBe("finished");
  });

  test.each(["short", "with/a slash, and more", "mühle-0123456789"])(
    "has no name such as %s",
    async (stream) => {
      const { connect, upstream } = await openConnected(ANSWER);
      const asking = take(connect().request<Data>(ASKED, { stream }));
      await expect(asking).rejects.toMatchObject({ code: "invalid-request" });
      expect(upstream.requests).toEqual([]);
    },
  );

  test("that nobody knows is said to be gone", async () => {
    const { connect } = await openConnected(ANSWER);
    await expect(take(connect().attach<Data>("nowhere"))).rejects.toMatchObject({ code: "gone" });
  });
});

describe("a client on a socket", () => {
  test("that goes away cancels what is not resumable", async () => {
    const { connect, upstream } = await openConnected(STALLED);
    const socket = connect();
    const reader = socket.request({ prompt: "Well?" }).getReader();
    await reader.read();
    socket.close();
    expect(await (await upstream.request(0)).ended).toBe("aborted");
    await expect(reader.closed).rejects.toThrow(SocketError);
  });

  test("of simple frames that answers no ping is taken for gone", async () => {
    const { url, upstream } = await openConnected(STALLED, { heartbeat: 100 });
    const socket = new WebSocket(url, { autoPong: false });
    const closed = once(socket, "close");
    await once(socket, "open");
    const messages = [{ role: "user", content: "Well?" }];
    socket.send(JSON.stringify({ type: "complete", data: { messages } }));
    expect(await (await upstream.request(0)).ended).toBe("aborted");
    await closed;
  });

  test("cannot resume in simple frames, and is told so", async () => {
    const { url } = await openConnected(ANSWER);
    const socket = new WebSocket(url);
    await once(socket, "open");
    const messages = [{ role: "user", content: "Well?" }];
    socket.send(JSON.stringify({ type: "complete", data: { messages, resumable: true } }));
    const [text] = (await once(socket, "message")) as [Buffer];
    expect(JSON.parse(text.toString())).toEqual({
      type: "error",
      data: { message: "resumable: not in simple frames" },
    });
    socket.terminate();
  });

  test("has so many streams, and there are so many clients", async () => {
    const limits = { maxSockets: 1, maxStreamsPerSocket: 1 };
    const { url } = await openConnected(ANSWER, limits);
    const socket = new WebSocket(url, ["millrace.v1"]);
    await once(socket, "open");
    socket.send('{"type":"hello","v":1}');
    const [welcome] = (await once(socket, "message")) as [Buffer];
    expect(JSON.parse(welcome.toString())).toMatchObject({ maxStreams: 1 });
    const [error] = (await once(new WebSocket(url), "error")) as [Error];
    expect(error.message).toContain("503");
    socket.terminate();
  });
});
