import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { fuse, pipe, run } from "@millrace/core";
import { tags } from "@millrace/parsers";
import { checkParts, collect, thinkTags, type Part } from "@millrace/parts";
import { afterEach, describe, expect, test, vi } from "vitest";
import { anthropic } from "./anthropic/index.ts";
import { bedrock } from "./bedrock/index.ts";
import { gemini } from "./gemini/index.ts";
import { ask, ProviderError, type AskOptions, type Provider } from "./index.ts";
import { ollama } from "./ollama/index.ts";
import { openaiChat } from "./openai-chat/index.ts";

// Servers, and users, as they should not be. Each server is real, and on loopback.

const SECRET = "sk-secret";
const EVENTS = { "content-type": "text/event-stream" };
const ONCE: AskOptions = { retry: { attempts: 1 } };

let servers: { close: () => void }[] = [];

afterEach(() => {
  for (const server of servers) server.close();
  servers = [];
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  servers.push({
    close() {
      server.closeAllConnections();
      server.close();
    },
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function says(content: string, finish_reason?: string): string {
  return `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason }] })}\n\n`;
}

const chat = (baseURL: string, apiKey?: string): Provider =>
  openaiChat({ model: "m", baseURL, ...(apiKey !== undefined && { apiKey }) });

/** A response that says a word, then nothing, and what its end was asked for with. */
function stalling() {
  const cancel = vi.fn<(reason: unknown) => void>();
  const body = new ReadableStream({
    start(outlet) {
      outlet.enqueue(new TextEncoder().encode(says("a")));
    },
    cancel,
  });
  return { response: new Response(body, { headers: EVENTS }), cancel };
}

async function read(answer: Promise<ReadableStream<Part>>) {
  const parts: Part[] = [];
  let error: unknown;
  try {
    for await (const part of await answer) parts.push(part);
  } catch (reason) {
    error = reason;
  }
  if (parts.length > 0) run(checkParts(), parts);
  return { parts, error };
}

describe("a key", () => {
  test("is sent nowhere else: redirects are not followed", async () => {
    const seen: IncomingHttpHeaders[] = [];
    const elsewhere = await serve(({ headers }, response) => {
      seen.push(headers);
      response.end();
    });
    for (const status of [301, 302, 303, 307, 308]) {
      const url = await serve((_, response) => {
        response.writeHead(status, { location: `${elsewhere}/x` }).end();
      });
      for (const provider of [anthropic, gemini, openaiChat]) {
        const asked = ask(provider({ model: "m", baseURL: url, apiKey: SECRET }), "Well?", ONCE);
        await expect(asked).rejects.toMatchObject({
          status,
          retryable: false,
          message: expect.stringMatching(/: 30\d redirects are not followed$/) as string,
        });
      }
    }
    expect(seen).toEqual([]);
  });

  test("that no header can hold is in no message", async () => {
    for (const apiKey of [`${SECRET}\nx`, `${SECRET}\0`, `${SECRET}\u201d`]) {
      for (const provider of [chat("http://h", apiKey), anthropic({ model: "m", apiKey })]) {
        const { error } = await read(ask(provider, "Well?", ONCE));
        expect(error).toBeInstanceOf(TypeError);
        expect(error).not.toHaveProperty("cause");
        expect((error as Error).message).toMatch(/"(authorization|x-api-key)" cannot be sent$/);
        expect((error as Error).stack).not.toContain(SECRET);
      }
    }
  });
});

test.each(["", "999999"])("A password in a URL is in no message: port 9%s", async (digits) => {
  const provider = chat(`http://me:${SECRET}@127.0.0.1:9${digits}`, "key");
  const { error } = await read(ask(provider, "Well?", ONCE));
  expect(error).toBeInstanceOf(TypeError);
  expect(error).not.toHaveProperty("cause");
  expect(String((error as Error).stack)).not.toContain(SECRET);
  expect((error as Error).message).toMatch(/^Cannot ask: the URL has a name or a password in it/);
});

describe("a response that is of no use lets go of its connection", () => {
  test("when onResponse throws", async () => {
    const { response, cancel } = stalling();
    const mine = new Error("mine");
    const onResponse = () => {
      throw mine;
    };
    const fetch = () => Promise.resolve(response);
    expect((await read(ask(chat("http://h"), "Well?", { fetch, onResponse }))).error).toBe(mine);
    expect(cancel).toHaveBeenCalledWith(mine);
  });

  test("when it is an error whose body onResponse reads: the status says what is wrong", async () => {
    const read: Promise<string>[] = [];
    const asked = ask(chat("http://h"), "Well?", {
      ...ONCE,
      fetch: () => Promise.resolve(new Response("Busy", { status: 503 })),
      onResponse: (response) => void read.push(response.text()),
    });
    await expect(asked).rejects.toMatchObject({ status: 503, kind: "overloaded" });
    expect(await Promise.all(read)).toEqual(["Busy"]);
  });

  test("when the decoder cannot be made", async () => {
    const { response, cancel } = stalling();
    const mine = new Error("mine");
    const provider: Provider = {
      ...chat("http://h"),
      fetch: () => Promise.resolve(response),
      decode() {
        throw mine;
      },
    };
    expect((await read(ask(provider, "Well?"))).error).toBe(mine);
    expect(cancel).toHaveBeenCalledWith(mine);
  });

  test("when it comes too late", async () => {
    const controller = new AbortController();
    const { response, cancel } = stalling();
    const onResponse = vi.fn();
    let answer!: (response: Response) => void;
    const late = new Promise<Response>((resolve) => (answer = resolve)); // deaf to its signal
    const fetch = vi.fn(() => late);
    const { signal } = controller;
    const asked = read(ask(chat("http://h"), "Well?", { signal, fetch, onResponse }));
    await vi.waitFor(() => {
      expect(fetch).toHaveBeenCalled();
    });
    const enough = new Error("enough");
    controller.abort(enough);
    expect((await asked).error).toBe(enough);
    answer(response);
    await vi.waitFor(() => {
      expect(cancel).toHaveBeenCalledWith(enough);
    });
    expect(onResponse).not.toHaveBeenCalled();
  });
});

test("a stream that is cancelled before anybody reads it ends the request", async () => {
  const controller = new AbortController();
  const { response, cancel } = stalling();
  const { signal } = controller;
  const remove = vi.spyOn(signal, "removeEventListener");
  const stream = await ask(chat("http://h"), "Well?", {
    signal,
    fetch: () => Promise.resolve(response),
  });
  await stream.cancel("enough");
  await vi.waitFor(() => {
    expect(cancel).toHaveBeenCalledWith("enough");
  });
  expect(remove).toHaveBeenCalled();
});

test.each([
  ["an error of one's own", new Error("enough"), "aborted", false],
  ["a text", "enough", "aborted", false],
  ["the platform's", undefined, "aborted", false],
  ["a limit of time", new DOMException("late", "TimeoutError"), "timeout", true],
])(
  "an answer that is aborted says so, whatever the reason: %s",
  async (_, reason, kind, retryable) => {
    const controller = new AbortController();
    const { signal } = controller;
    const fetch = () => Promise.resolve(stalling().response);
    const stream = ask(chat("http://h"), "Well?", { signal, fetch });
    void stream.then(() => setTimeout(() => controller.abort(reason), 10));
    const { parts, error } = await read(stream);
    expect(error).toBe(signal.reason);
    expect(parts.slice(-2)).toMatchObject([
      { type: "error", error: { kind, retryable } },
      { type: "finish", finishReason: { unified: "error" } },
    ]);
  },
);

test("nothing is fetched for somebody who has left while the key was waited for", async () => {
  const controller = new AbortController();
  let give!: (key: string) => void;
  const apiKey = () => new Promise<string>((resolve) => (give = resolve));
  const fetch = vi.fn(() => Promise.resolve(new Response()));
  const provider = openaiChat({ model: "m", apiKey });
  const asked = read(ask(provider, "Well?", { signal: controller.signal, fetch }));
  await vi.waitFor(() => {
    expect(give).toBeTypeOf("function");
  });
  controller.abort(new Error("enough"));
  expect((await asked).error).toHaveProperty("message", "enough");
  give(SECRET);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(fetch).not.toHaveBeenCalled();
});

describe("an answer that is no event stream", () => {
  const whole = {
    id: "c",
    object: "chat.completion",
    choices: [
      {
        index: 0,
        message: {
          role: "assistant",
          content: "Two.",
          tool_calls: [
            { id: "a", type: "function", function: { name: "f", arguments: '{"x":1}' } },
            { id: "b", type: "function", function: { name: "f", arguments: "{}" } },
          ],
        },
        finish_reason: "tool_calls",
      },
    ],
    usage: { prompt_tokens: 1, completion_tokens: 2 },
  };

  test.each([0, 2])("but a whole completion, indented by %i, is read as one", async (indent) => {
    const url = await serve((_, response) => {
      const json = { "content-type": "application/json" };
      response.writeHead(200, json).end(JSON.stringify(whole, null, indent));
    });
    const { text, toolCalls, finishReason } = await collect(await ask(chat(url), "Well?"));
    expect([text, toolCalls.length, finishReason]).toEqual(["Two.", 2, "tool-calls"]);
  });

  const page = "<!DOCTYPE html>\n<html>\n<h1>Bad Gateway</h1>\n</html>";

  test("but a page in HTML fails at once, with the page", async () => {
    for (const provider of [openaiChat, ollama, bedrock]) {
      let asked = 0;
      const url = await serve((_, response) => {
        asked++;
        response.writeHead(200, {
          "content-type": "text/html; charset=utf-8",
          "x-request-id": "r",
        });
        response.end(page);
      });
      const { parts, error } = await read(ask(provider({ model: "m", baseURL: url }), "Well?"));
      expect(asked).toBe(1);
      expect(parts.slice(-2)).toMatchObject([
        { type: "error", error: { kind: "transport", retryable: false, status: 200 } },
        { type: "finish", finishReason: { unified: "error" } },
      ]);
      expect(error).toBeInstanceOf(ProviderError);
      expect((error as Error).message).toMatch(
        /^Cannot ask .+: the answer is no stream, but text\/html; charset=utf-8$/,
      );
      if (provider === openaiChat) expect(error).toHaveProperty("data", page);
    }
  });

  test("but events that are called a page are read as events", async () => {
    const fetch = () => {
      const body = `${says("Two.")}data: {\n\n${says("", "stop")}`;
      return Promise.resolve(new Response(body, { headers: { "content-type": "text/html" } }));
    };
    expect(await collect(await ask(chat("http://h"), "Well?", { fetch }))).toMatchObject({
      text: "Two.",
      finishReason: "stop",
    });
  });

  test("but an error in JSON is that error", async () => {
    const error = { message: "Busy", code: 429 };
    const url = await serve((_, response) => {
      response.end(JSON.stringify({ error }, null, 2));
    });
    for (const provider of [chat(url), anthropic({ model: "m", baseURL: url })]) {
      const { parts } = await read(ask(provider, "Well?", ONCE));
      expect(parts[0]).toMatchObject({ type: "error", error: { kind: "rate-limit" } });
    }
  });

  test("but rubbish under the name of gzip is a lost connection, and is asked for again", async () => {
    let asked = 0;
    const url = await serve((_, response) => {
      response.writeHead(200, { ...EVENTS, "content-encoding": "gzip" });
      response.end(asked++ === 0 ? "rubbish" : gzipSync(says("Two.", "stop")));
    });
    const answer = await ask(chat(url), "Well?", { retry: { delay: 1 } });
    expect(await collect(answer)).toMatchObject({ text: "Two.", error: undefined });
    expect(asked).toBe(2);
  });
});

test("a connection that is lost before the first output is asked for again, wherever it is cut", async () => {
  const body = says("Two.", "stop");
  for (const cut of [3, 30, body.length - 3]) {
    for (const isLost of [true, false]) {
      let asked = 0;
      const url = await serve((_, response) => {
        response.writeHead(200, EVENTS);
        if (asked++ > 0) response.end(body);
        else if (!isLost) response.end(body.slice(0, cut));
        else response.write(body.slice(0, cut), () => response.destroy());
      });
      const answer = await ask(chat(url), "Well?", { retry: { delay: 1 } });
      expect(await collect(answer)).toMatchObject({ text: "Two.", error: undefined });
    }
  }
});

test("thoughts in tags that break off are not gone on with, where each provider decodes its own", async () => {
  const thinks = (name: string, body: string): { provider: Provider; asked: unknown[] } => {
    const asked: unknown[] = [];
    const fetch: typeof globalThis.fetch = async (request) => {
      asked.push(await (request as Request).json());
      return new Response(body);
    };
    const model = openaiChat({ name, model: "m", fetch });
    const decode = () =>
      fuse(
        model.decode(),
        thinkTags(() => tags("think")),
      );
    return { provider: { ...model, decode }, asked };
  };
  const a = thinks("a", says("<think>The mill tu"));
  const b = thinks("b", says("<think>Hm.</think>It turns.", "stop"));
  const answer = await ask([a.provider, b.provider], "Well?");
  const { text, reasoning } = await collect(pipe(answer, checkParts()));
  expect([text, reasoning]).toEqual(["It turns.", "Hm."]);
  expect(b.asked).toEqual(a.asked);
});

test("an error behind a response that broke off keeps all that it says", async () => {
  let asked = 0;
  const body = { error: { message: "Slow down", type: "tokens" } };
  const url = await serve((_, response) => {
    if (asked++ === 0) response.writeHead(200, EVENTS).end();
    else response.writeHead(429, { "retry-after": "60" }).end(JSON.stringify(body));
  });
  const { parts, error } = await read(ask(chat(url), "Well?", { retry: { delay: 1 } }));
  expect(error).toBeInstanceOf(ProviderError);
  expect(parts).toEqual([
    {
      type: "error",
      error: {
        kind: "rate-limit",
        message: "Cannot ask openai: 429 Slow down",
        retryable: true,
        status: 429,
        providerType: "tokens",
        retryAfterMs: 60_000,
        data: body,
      },
    },
    {
      type: "finish",
      finishReason: { unified: "error", raw: undefined },
      usage: { inputTokens: {}, outputTokens: {} },
    },
  ]);
});
