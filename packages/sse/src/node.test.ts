import { once } from "node:events";
import { createServer, request, type ServerResponse } from "node:http";
import * as http2 from "node:http2";
import { connect, type AddressInfo, type Server } from "node:net";
import { countingSource, failingSource } from "@millrace/testing";
import { afterEach, describe, expect, test, vi } from "vitest";
import { sendSse } from "./node.ts";
import { expectNoRejections } from "./rejections.fixture.ts";
import { sseResponse } from "./sse-response.ts";

// Real servers, real sockets.

expectNoRejections();

const opened: Server[] = [];
afterEach(() => {
  for (const server of opened.splice(0)) {
    server.close();
    if ("closeAllConnections" in server) (server.closeAllConnections as () => void)();
  }
});

async function listen(server: Server): Promise<string> {
  opened.push(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server that answers in this way, and how each of its answers went. */
async function serve(answer: (response: ServerResponse) => Promise<void>) {
  const answers: Promise<unknown>[] = [];
  const url = await listen(
    createServer((_, response) => {
      answers.push(answer(response).catch((error: unknown) => error));
    }),
  );
  return { url, answers };
}

describe("sendSse over node:http", () => {
  test("writes what sseResponse answers", async () => {
    const items = ["mill", { type: "tick", data: "race", id: "7" }];
    const headers = [
      ["x-a", "1"],
      ["set-cookie", "b=2"],
    ] as [string, string][];
    const { url, answers } = await serve((response) => {
      response.setHeader("set-cookie", "a=1");
      response.setHeader("cache-control", "public");
      return sendSse(response, items, { headers });
    });
    const answer = await fetch(url);
    expect(answer.status).toBe(200);
    const expected = sseResponse(items, { headers });
    for (const [name, value] of expected.headers) {
      if (name !== "set-cookie") expect(answer.headers.get(name)).toBe(value);
    }
    expect(answer.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(await answer.text()).toBe(await expected.text());
    expect(await Promise.all(answers)).toEqual([undefined]);
  });

  test("sends each event at once", async () => {
    const source = byHand();
    const { url } = await serve((response) => sendSse(response, source.readable));
    const reader = (await fetch(url)).body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).toBe(": open\n\n");
    for (const item of ["a", "b", "c"]) {
      source.give(item);
      expect((await reader.read()).value).toBe(`data: ${item}\n\n`);
    }
    await reader.cancel();
  });

  test("takes JSON and entries, too", async () => {
    const { url } = await serve((response) => sendSse(response, [{ a: 1 }], { json: true }));
    expect(await (await fetch(url)).text()).toContain('data: {"a":1}\n\n');
  });

  test("knows where the client was", async () => {
    const make = vi.fn(() => ["a"]);
    const { url } = await serve((response) => sendSse(response, make));
    const ask = (id: string) => fetch(url, { headers: { "last-event-id": id } });
    await (await ask("7")).text();
    expect(make).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ lastEventId: "7" }));
    const seen = await ask("done");
    expect([seen.status, await seen.text()]).toEqual([204, ""]);
    expect(make).toHaveBeenCalledOnce();
  });

  test("answers HEAD by headers only", async () => {
    const make = vi.fn(() => ["a"]);
    const { url, answers } = await serve((response) => sendSse(response, make));
    const answer = await fetch(url, { method: "HEAD" });
    expect(answer.headers.get("content-type")).toContain("text/event-stream");
    await Promise.all(answers);
    expect(make).not.toHaveBeenCalled();
  });

  test("ends cleanly when the source fails", async () => {
    const { url, answers } = await serve((response) =>
      sendSse(response, failingSource(["a"], new Error("secret"))),
    );
    const text = await (await fetch(url)).text();
    expect(text).toContain("data: a\n\nevent: error\n");
    expect(text).not.toContain("secret");
    expect(await Promise.all(answers)).toEqual([undefined]);
  });

  test("waits for a client that does not read, and goes on when it does", async () => {
    const size = 100_000;
    const most = 400;
    const source = countingSource(Array.from({ length: most }, () => "x".repeat(size)));
    const { url, answers } = await serve((response) => sendSse(response, source.readable));
    const client = request(url).end();
    const [answer] = (await once(client, "response")) as [NodeJS.ReadableStream];
    let before = -1;
    while (before < source.pulled) {
      before = source.pulled;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(before).toBeLessThan(most / 2); // it stands still, with what sockets hold
    let length = 0;
    for await (const chunk of answer) length += chunk.length;
    expect(length).toBeGreaterThan(most * size);
    expect(await Promise.all(answers)).toEqual([undefined]);
  });

  test.each([
    ["is silent", []],
    ["has much to say", Array.from({ length: 10_000 }, () => "x".repeat(10_000))],
  ])("cancels a source that %s when the client is gone", async (_, items) => {
    const source = countingSource<string>(items, { stall: true });
    const { url, answers } = await serve((response) => sendSse(response, source.readable));
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    await once(socket, "data");
    socket.destroy();
    await vi.waitUntil(() => source.cancelled);
    expect(source.reason).toMatchObject({ name: "AbortError", message: "The client is gone." });
    expect(await Promise.all(answers)).toEqual([undefined]);
  });

  test("cancels those that wait for their turn on the connection, too", async () => {
    const sources = [0, 1, 2].map(() => countingSource<string>(["a"], { stall: true }));
    const waiting = [...sources];
    const { url, answers } = await serve((response) =>
      sendSse(response, waiting.shift()!.readable),
    );
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n".repeat(3));
    await once(socket, "data");
    await vi.waitUntil(() => answers.length === 3);
    socket.destroy();
    await vi.waitUntil(() => sources.every(({ cancelled }) => cancelled));
    expect(await Promise.all(answers)).toEqual([undefined, undefined, undefined]);
  });

  test("answers requests that came all at once in turn", async () => {
    const { url, answers } = await serve((response) => sendSse(response, ["a"]));
    const socket = connect(Number(new URL(url).port), "127.0.0.1").setEncoding("utf8");
    socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n".repeat(3));
    let text = "";
    socket.on("data", (chunk: string) => (text += chunk));
    await vi.waitUntil(() => text.split("id: done\n\n").length === 4);
    expect(await Promise.all(answers)).toEqual([undefined, undefined, undefined]);
    socket.destroy();
  });

  test("gives a function the id that the client got", async () => {
    const make = vi.fn(() => ["a"]);
    const { url } = await serve((response) => sendSse(response, make));
    const bytes = Buffer.from("é 🌊").toString("latin1");
    await (await fetch(url, { headers: { "last-event-id": bytes } })).text();
    expect(make).toHaveBeenCalledWith(expect.objectContaining({ lastEventId: "é 🌊" }));
  });

  test("cancels it when the server destroys the response", async () => {
    const source = countingSource<string>(["a"], { stall: true });
    let sent: ServerResponse | undefined;
    const { url, answers } = await serve((response) => {
      sent = response;
      return sendSse(response, source.readable);
    });
    const reader = (await fetch(url)).body!.getReader();
    await reader.read();
    sent?.destroy();
    await expect(reader.closed).rejects.toThrow();
    await vi.waitUntil(() => source.cancelled);
    expect(await Promise.all(answers)).toEqual([undefined]);
  });

  test("does not begin for a client that is gone already", async () => {
    const source = countingSource(["a"]);
    const { url, answers } = await serve(async (response) => {
      response.destroy();
      await once(response, "close");
      await sendSse(response, source.readable);
    });
    await expect(fetch(url)).rejects.toThrow();
    await vi.waitUntil(() => source.cancelled);
    expect(source.pulled).toBe(0);
    expect(await Promise.all(answers)).toEqual([undefined]);
  });

  test("leaves no listener", async () => {
    const counts: Record<string, number[]> = { before: [], behind: [] };
    const count = (response: ServerResponse) =>
      ["drain", "finish", "close", "error"].map((event) => response.listenerCount(event));
    const { url, answers } = await serve(async (response) => {
      counts["before"] = count(response);
      await sendSse(response, ["a"]);
      counts["behind"] = count(response);
    });
    await (await fetch(url)).text();
    await Promise.all(answers);
    expect(counts["behind"]!.map((n, index) => n <= counts["before"]![index]!)).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  test("rejects when headers were sent, and cancels the source", async () => {
    const source = countingSource(["a"]);
    const { url, answers } = await serve(async (response) => {
      response.writeHead(200);
      response.write("x");
      try {
        await sendSse(response, source.readable);
      } finally {
        response.end();
      }
    });
    expect(await (await fetch(url)).text()).toBe("x");
    const [error] = await Promise.all(answers);
    expect(error).toMatchObject({ code: "ERR_HTTP_HEADERS_SENT" });
    expect(source.reason).toBe(error);
  });

  test("rejects when options make no sense", async () => {
    const { url, answers } = await serve(async (response) => {
      try {
        await sendSse(response, ["a"], { headers: { "x-a": "1\r\nx-b: 2" } });
      } finally {
        response.end();
      }
    });
    await (await fetch(url)).text();
    expect(await Promise.all(answers)).toEqual([expect.any(TypeError)]);
  });
});

describe("sendSse over node:http2", () => {
  async function open(answer: (response: http2.Http2ServerResponse) => Promise<void>) {
    const answers: Promise<unknown>[] = [];
    const url = await listen(
      http2.createServer((_, response) => {
        answers.push(answer(response).catch((error: unknown) => error));
      }),
    );
    const session = http2.connect(url);
    const ask = (headers: http2.OutgoingHttpHeaders = {}) => session.request(headers);
    return { answers, ask, session };
  }

  test("writes the same", async () => {
    const { answers, ask, session } = await open((response) => sendSse(response, ["mill"]));
    const stream = ask().setEncoding("utf8");
    const [headers] = (await once(stream, "response")) as [http2.IncomingHttpHeaders];
    expect(headers[":status"]).toBe(200);
    expect(headers["content-type"]).toContain("text/event-stream");
    let text = "";
    for await (const chunk of stream) text += chunk as string;
    expect(text).toBe(await sseResponse(["mill"]).text());
    expect(await Promise.all(answers)).toEqual([undefined]);
    session.close();
  });

  test("knows who has seen the end", async () => {
    const { answers, ask, session } = await open((response) => sendSse(response, ["mill"]));
    const stream = ask({ "last-event-id": "done" });
    const [headers] = (await once(stream, "response")) as [http2.IncomingHttpHeaders];
    expect(headers[":status"]).toBe(204);
    stream.resume();
    await once(stream, "close");
    expect(await Promise.all(answers)).toEqual([undefined]);
    session.close();
  });

  test("cancels the source when the client resets the stream", async () => {
    const source = countingSource(["a"], { stall: true });
    const { answers, ask, session } = await open((response) => sendSse(response, source.readable));
    const stream = ask();
    await once(stream, "data");
    stream.close(http2.constants.NGHTTP2_CANCEL);
    await vi.waitUntil(() => source.cancelled);
    expect(await Promise.all(answers)).toEqual([undefined]);
    session.close();
  });

  test("also when the reset names no error, and more waits to be written", async () => {
    const source = countingSource(["x".repeat(1_000_000)], { stall: true });
    let closed = false;
    const { answers, ask, session } = await open((response) => {
      response.on("close", () => {
        closed = true;
      });
      return sendSse(response, source.readable);
    });
    const stream = ask();
    await once(stream, "response");
    stream.close(http2.constants.NGHTTP2_NO_ERROR); // as proxies do, and Node by default
    await vi.waitUntil(() => source.cancelled && closed);
    expect(await Promise.all(answers)).toEqual([undefined]);
    session.close();
  });
});

function byHand() {
  let controller!: ReadableStreamDefaultController<string>;
  const readable = new ReadableStream<string>({
    start(given) {
      controller = given;
    },
  });
  return {
    readable,
    give: (item: string) => {
      controller.enqueue(item);
    },
  };
}
