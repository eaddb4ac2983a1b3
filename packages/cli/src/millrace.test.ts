import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startReplay } from "@millrace/testing/replay";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chatAnswer } from "./answers.fixture.ts";
import type { Host, Output } from "./host.ts";
import { millrace } from "./millrace.ts";

// The program in somebody else's process, by what that gives it: a terminal, a slow reader, a stream
// that breaks off.

const ESCAPE = "\u001b";

let scratch = "";
beforeAll(async () => (scratch = await mkdtemp(join(tmpdir(), "host-"))));
afterAll(() => rm(scratch, { recursive: true }));

async function file(name: string, content: string): Promise<string> {
  const path = join(scratch, name);
  await writeFile(path, content);
  return path;
}

interface Said {
  code: number;
  out: string;
  err: string;
}

/** Runs it in a host that is like a pipe but for what is told. */
async function runIn(
  args: readonly string[],
  input: AsyncIterable<Uint8Array> | string = "",
  { output = {}, ...host }: Partial<Omit<Host, "stdout" | "stderr">> & { output?: object } = {},
): Promise<Said> {
  const said = { out: "", err: "" };
  const to = (name: "out" | "err"): Output => ({
    write(data) {
      said[name] += typeof data === "string" ? data : new TextDecoder().decode(data);
      return Promise.resolve();
    },
    ...{ isTerminal: false, hasColours: false, columns: 80, ...output },
  });
  const code = await millrace(args, {
    ...{ stdin: typeof input === "string" ? bytesOf(input) : input, typed: false, env: {} },
    ...{ signal: new AbortController().signal, stdout: to("out"), stderr: to("err"), ...host },
  });
  return { code, ...said };
}

async function* bytesOf(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield await Promise.resolve(new TextEncoder().encode(text));
}

/** Gives some text and throws. */
async function* breaksWith(error: unknown): AsyncGenerator<Uint8Array> {
  yield* bytesOf("one two ");
  throw error;
}

const TERMINAL = { isTerminal: true, hasColours: true, columns: 60 };

test("In a terminal there are colours, lines that fit, and no control characters that do anything", async () => {
  const path = await file("wide.sse", chatAnswer(`${"x".repeat(200)}${ESCAPE}[2J`));
  const { out } = await runIn(["inspect", path], "", { output: TERMINAL });
  expect(out).toContain(ESCAPE);
  // oxlint-disable-next-line no-control-regex -- what colours are made of
  const plain = out.replace(/\u001b\[\d+m/g, "");
  expect(plain).not.toContain(ESCAPE);
  const [, second = ""] = plain.split("\n");
  expect(second.length).toBeLessThanOrEqual(60);
  const help = await runIn(["--help"], "", { output: TERMINAL });
  expect(help.out).toContain(`${ESCAPE}[1m`);
});

test("In a terminal JSON and text show their control characters", async () => {
  const hostile = `a${ESCAPE}[2J\r\u007f\u009bb`;
  const shown = "a␛[2J␡\ufffdb";
  const options = { output: { isTerminal: true } };
  expect((await runIn(["replace", "x", "y"], hostile, options)).out).toBe(`${shown}\n`);
  expect((await runIn(["replace", "x", "y"], hostile)).out).toBe(hostile);
  const path = await file("json.sse", chatAnswer(hostile));
  expect((await runIn(["inspect", "--json", path], "", options)).out).not.toContain("\u009b");
});

test("Who types is told how to end, unless all is to be quiet", async () => {
  const typed = { typed: true };
  expect((await runIn(["words"], "one", typed)).err).toBe(
    "Reading from the terminal; Ctrl-D ends it.\n",
  );
  expect((await runIn(["--quiet", "words"], "one", typed)).err).toBe("");
  const { err } = await runIn(
    ["ask", "-", "-p", "openai:x", "--base-url", "http://127.0.0.1:9"],
    "",
    {
      ...typed,
      env: { OPENAI_API_KEY: "secret" },
    },
  );
  expect(err).toMatch(/^Type the question; Ctrl-D ends it\.\n/);
});

test("A signal that has aborted before ends it with 130, and nothing is read", async () => {
  let asked = 0;
  async function* stdin(): AsyncGenerator<Uint8Array> {
    asked++;
    yield* bytesOf("one two ");
  }
  const signal = AbortSignal.abort();
  expect(await runIn(["words"], stdin(), { signal })).toEqual({ code: 130, out: "", err: "" });
  expect(asked).toBe(0);
});

test.each([
  ["an error", new Error("It broke off"), "It broke off"],
  ["anything else", "no error at all", "no error at all"],
  ["nothing", undefined, "undefined"],
])(
  "What comes in and breaks off by %s is an error behind what came",
  async (_, thrown, message) => {
    const { code, out, err } = await runIn(["words"], breaksWith(thrown));
    expect([code, out]).toEqual([1, "one\ntwo\n"]);
    expect(err).toBe(`millrace: ${message}\n`);
  },
);

test("A slow reader is waited for, and gets all", async () => {
  let most = 0;
  let made = 0;
  let taken = 0;
  async function* stdin(): AsyncGenerator<Uint8Array> {
    for (; made < 40; made++) {
      most = Math.max(most, made * 40_000 - taken);
      yield* bytesOf("x".repeat(39_999) + "\n");
    }
  }
  const write = async (data: Uint8Array | string) => {
    await new Promise((resolve) => setTimeout(resolve, 2));
    taken += data.length;
  };
  const { code } = await runIn(["lines"], stdin(), { output: { write } });
  expect([code, taken]).toEqual([0, 40 * 40_000]);
  expect(most).toBeLessThan(10 * 40_000);
  taken = made = 0;
  const text = Array.from({ length: 3_000 }, (_, index) => chatAnswer(`${index} `)).join("");
  const path = await file("long.sse", text);
  expect((await runIn(["inspect", "--all", path], "", { output: { write } })).code).toBe(0);
  expect(taken).toBeGreaterThan(100_000);
});

test("An output that takes nothing is an error that is told once", async () => {
  const full = Object.assign(new Error("No space is left"), { code: "ENOSPC" });
  const said: string[] = [];
  const write = (data: Uint8Array | string) => {
    if (typeof data === "string") said.push(data);
    return typeof data === "string" ? Promise.resolve() : Promise.reject(full);
  };
  const input = bytesOf("x".repeat(70_000) + " ", "y".repeat(70_000) + " ", "z ");
  expect((await runIn(["words"], input, { output: { write } })).code).toBe(1);
  expect(said).toEqual(["millrace: No space is left\n"]);
});

test("An answer in a terminal shows what would move its cursor", async () => {
  await using upstream = await startReplay({ speed: 0, answer: { text: `a${ESCAPE}[2Jb` } });
  const args = ["ask", "Why?", "-q", "-p", "openai:x", "--base-url", `${upstream.url}/v1`];
  const env = { OPENAI_API_KEY: "secret" };
  const { out } = await runIn(args, "", { env, output: { isTerminal: true } });
  expect(out).toBe("a␛[2Jb\n");
});

test("A replay that is told to end before it has begun closes, with 130", async () => {
  const path = await file("answer.sse", chatAnswer("One"));
  const { code, out } = await runIn(["replay", path], "", { signal: AbortSignal.abort() });
  expect([code, out]).toEqual([130, expect.stringMatching(/^http:/)]);
});

test("Chunks with nothing in them say nothing", async () => {
  const { code, out } = await runIn(["inspect", "-"], bytesOf("", chatAnswer("One"), ""));
  expect([code, out]).toEqual([0, expect.stringContaining("3 characters of text")]);
});

test("Lists of stages and providers are tables for people, and JSON for programs", async () => {
  const jsonOf = ({ out }: Said) =>
    out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const stages = jsonOf(await runIn(["stages", "--json"]));
  expect(stages.find(({ name }) => name === "words")).toMatchObject({ gives: "units" });
  const env = { MISTRAL_API_KEY: "secret" };
  const providers = jsonOf(await runIn(["providers", "--json"], "", { env }));
  expect(providers.find(({ name }) => name === "mistral")).toMatchObject({ ready: true });
  expect(providers.find(({ name }) => name === "openai")).toMatchObject({ ready: false });
  expect(JSON.stringify(providers)).not.toContain("secret");
});

test.each(["stages", "providers"])("%s takes no words, and says so", async (command) => {
  expect(await runIn([command, "extra", "--json"])).toEqual({
    code: 2,
    out: "",
    err: `millrace: Unexpected argument 'extra'.\nSee millrace ${command} --help.\n`,
  });
});

test("Help for a stage says what it takes, and where bytes are decoded for it", async () => {
  expect((await runIn(["help", "words"])).out).toContain("bytes are decoded");
  expect((await runIn(["help", "usage"])).out).not.toContain("bytes are decoded");
});

test("A question is no longer than 64 MiB", async () => {
  async function* endless(): AsyncGenerator<Uint8Array> {
    const piece = new Uint8Array(16 * 1024 * 1024).fill(0x61);
    for (;;) yield await Promise.resolve(piece);
  }
  const { code, err } = await runIn(["ask", "-", "-p", "ollama:x"], endless());
  expect([code, err]).toEqual([2, "millrace: The question is longer than 67108864 bytes.\n"]);
});

test("A provider that is not there is named, with what the system says of it", async () => {
  const upstream = await startReplay();
  await upstream.close();
  const ask = (base: string) => runIn(["ask", "Why?", "-p", "ollama:x", "--base-url", base]);
  const { code, err } = await ask(upstream.url);
  expect([code, err]).toEqual([3, expect.stringMatching(/\(ECONNREFUSED\)\.\n$/)]);
  const blocked = await ask("http://127.0.0.1:9"); // a port that fetch does not ask
  expect([blocked.code, blocked.err]).toEqual([3, expect.stringMatching(/no response came\.\n$/)]);
  const unknown = await runIn(["ask", "Why?", "-p", "olama:x"]);
  expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining("Did you mean ollama?")]);
  const far = await runIn(["ask", "Why?", "-p", "xyzzyx:x"]);
  expect([far.code, far.err]).toEqual([2, expect.not.stringContaining("Did you mean")]);
});
