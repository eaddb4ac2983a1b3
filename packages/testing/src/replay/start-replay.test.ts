import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answers, startReplay, type ReplayUpstream } from "./index.ts";

let upstream: ReplayUpstream;

beforeAll(async () => {
  upstream = await startReplay({ speed: 0 });
});

afterAll(() => upstream.close());

function post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${upstream.url}/v1/chat/completions`, {
    method: "POST",
    headers,
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

function ask(content: unknown, more: object = {}, headers?: Record<string, string>) {
  return post({ stream: true, messages: [{ role: "user", content }], ...more }, headers);
}

/** The text of the stream, by the obvious way. */
async function contentOf(response: Response): Promise<string> {
  const body = await response.text();
  return body
    .split("\n\n")
    .filter((event) => event.startsWith("data: {"))
    .map((event) => JSON.parse(event.slice("data: ".length)) as { choices: Choice[] })
    .map(({ choices }) => choices[0]?.delta.content ?? "")
    .join("");
}

interface Choice {
  delta: { content?: string | null };
}

async function errorOf(response: Response): Promise<Record<string, unknown>> {
  expect(response.headers.get("content-type")).toBe("application/json");
  const { error } = (await response.json()) as { error: Record<string, unknown> };
  return error;
}

describe("a chat request", () => {
  test("is answered with an event stream", async () => {
    const response = await ask("Hello");
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(response.headers.get("x-request-id")).toMatch(/^req_\w+$/);
    expect(await contentOf(response)).toBe(answers.prose.text);
  });

  test("gets the answer that is named like its model", async () => {
    expect(await contentOf(await ask("Hello", { model: "code" }))).toBe(answers.code.text);
  });

  test("gets the answer that the last user message asks for by a word", async () => {
    expect(await contentOf(await ask("Which LANGUAGES?"))).toBe(answers.languages.text);
    expect(await contentOf(await ask([{ type: "text", text: "some code" }]))).toBe(
      answers.code.text,
    );
    const messages = [
      { role: "user", content: "code" },
      { role: "assistant", content: "code" },
      { role: "user", content: "And a postcode?" },
    ];
    expect(await contentOf(await ask("", { messages }))).toBe(answers.prose.text);
  });

  test("gets its model's name back, and usage when it wants it", async () => {
    const stream_options = { include_usage: true };
    const body = await (await ask("Hello", { model: "wheel-4", stream_options })).text();
    expect(body).toMatch('"model":"wheel-4"');
    expect(body).toMatch('"choices":[],"usage":{"prompt_tokens":');
    expect(await (await ask("Hello")).text()).not.toMatch('"usage"');
  });

  test("can say in x-replay what it wants", async () => {
    const own = { "x-replay": JSON.stringify({ answer: { text: "Well." }, newline: "\r\n" }) };
    expect(await (await ask("Hello", {}, own)).text()).toMatch(/"Well".*\r\n\r\ndata: \[DONE\]/s);
    const named = { "x-replay": '{"answer":"refusal","comments":true}' };
    expect(await (await ask("Hello", {}, named)).text()).toMatch(
      /^: keep-alive\n\n.*"refusal":"I"/s,
    );
  });

  test.each([
    ["[]", "Cannot read x-replay: it must be a JSON object"],
    ["{", "Cannot read x-replay: it must be a JSON object"],
    ['{"sped":1}', "Cannot replay: sped is not one of answer, speed,"],
    ['{"speed":-1}', "Cannot replay: speed must be a number, 0 or more"],
    ['{"cuts":0}', "Cannot replay: cuts must be"],
    ['{"comments":{"every":0}}', "Cannot replay: comments must be"],
    ['{"comments":3}', "Cannot replay: comments must be"],
    ['{"fail":"hang"}', "Cannot replay: fail must be"],
    ['{"newline":"\\n\\r"}', "Cannot replay: newline must be"],
    ['{"answer":"nonsense"}', "Cannot replay: answer must be"],
    ['{"fail":{"kind":"stall"}}', "Cannot replay: fail must be"],
    ['{"fail":{"kind":"stall","after":1,"afterBytes":1}}', "Cannot replay: fail must be"],
    ['{"fail":{"kind":"status"}}', "Cannot replay: fail must be"],
    ['{"fail":{"kind":"explode"}}', "Cannot replay: fail must be"],
  ])("with the x-replay %s is refused", async (header, message) => {
    const response = await ask("Hello", {}, { "x-replay": header });
    expect(response.status).toBe(400);
    expect((await errorOf(response))["message"]).toMatch(message);
  });
});

describe("a wrong request", () => {
  test("without JSON gets a 400", async () => {
    for (const body of ["", "{", "[]", "null", "3"]) {
      const response = await post(body);
      expect(response.status).toBe(400);
      expect(await errorOf(response)).toMatchObject({ code: "invalid_json" });
    }
  });

  test("without messages gets a 400", async () => {
    for (const body of [{ stream: true }, { stream: true, messages: [] }]) {
      expect((await errorOf(await post(body)))["message"]).toMatch("`messages`");
    }
  });

  test("without stream is told that this upstream only streams", async () => {
    const response = await ask("Hello", { stream: false });
    expect(response.status).toBe(400);
    expect(await errorOf(response)).toMatchObject({ code: "stream_required" });
  });

  test("with odd messages is answered all the same", async () => {
    const response = await ask("", {
      messages: [null, 3, { role: "user" }, { content: [null, {}] }],
    });
    expect(await contentOf(response)).toBe(answers.prose.text);
  });

  test("to a wrong path gets a 404, with a wrong method a 405", async () => {
    const missing = await fetch(`${upstream.url}/v1/chat/completion?x=1`, { method: "POST" });
    expect(missing.status).toBe(404);
    expect((await errorOf(missing))["message"]).toBe("Unknown path: POST /v1/chat/completion");
    const wrong = await fetch(`${upstream.url}/v1/chat/completions`);
    expect(wrong.status).toBe(405);
    expect(wrong.headers.get("allow")).toBe("POST");
    expect(await errorOf(wrong)).toMatchObject({ code: "method_not_allowed" });
  });

  test("that is too long gets a 413", async () => {
    const response = await post("x".repeat(2 ** 25 + 1));
    expect(response.status).toBe(413);
    await errorOf(response);
  });
});

test("the answers are listed as models", async () => {
  const list = (await (await fetch(`${upstream.url}/v1/models`)).json()) as {
    data: { id: string }[];
  };
  expect(list.data.map(({ id }) => id)).toEqual(Object.keys(answers));
});

describe("options", () => {
  test("can fix the answer", async () => {
    await using own = await startReplay({ speed: 0, answer: { text: "Well." } });
    const body = JSON.stringify({ stream: true, model: "code", messages: [{ content: "" }] });
    const response = await fetch(`${own.url}/v1/chat/completions`, { method: "POST", body });
    expect(await contentOf(response)).toBe("Well.");
  });

  test("can choose any recording for any path", async () => {
    await using own = await startReplay({
      choose: ({ path }) =>
        path === "/lines"
          ? {
              contentType: "application/x-ndjson",
              frames: [
                { delay: 0, text: "1\n" },
                { delay: 5, bytes: new Uint8Array([50, 10]) },
              ],
            }
          : undefined,
    });
    const response = await fetch(`${own.url}/lines`);
    expect(response.headers.get("content-type")).toBe("application/x-ndjson");
    expect(await response.text()).toBe("1\n2\n");
    expect((await fetch(`${own.url}/v1/models`)).status).toBe(200);
  });

  test("of which one throws make a 500, and the upstream lives on", async () => {
    await using own = await startReplay({
      choose({ path }) {
        if (path === "/broken") throw new Error("no water");
        return undefined;
      },
    });
    const response = await fetch(`${own.url}/broken`);
    expect(response.status).toBe(500);
    expect(await errorOf(response)).toMatchObject({ message: "no water", type: "server_error" });
    expect((await fetch(`${own.url}/v1/models`)).status).toBe(200);
  });

  test("that make no sense are refused", async () => {
    await expect(startReplay({ speed: NaN })).rejects.toThrow(TypeError);
    await expect(startReplay({ cuts: 0 })).rejects.toThrow("cuts must be");
  });

  test("may name the port, which must be free", async () => {
    await expect(startReplay({ port: upstream.port })).rejects.toThrow("EADDRINUSE");
  });
});
