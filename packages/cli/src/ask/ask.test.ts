import { startReplay, type ReplayOptions, type ReplayUpstream } from "@millrace/testing/replay";
import { afterEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { call } from "../in-process.fixture.ts";
import { bundled, until } from "../program.fixture.ts";

const { run, start } = bundled("ask");

const opened: ReplayUpstream[] = [];

afterEach(async () => {
  for (const upstream of opened.splice(0)) await upstream.close();
});

async function upstream(options: ReplayOptions = {}) {
  const started = await startReplay({ speed: 0, answer: { text: "It turns." }, ...options });
  opened.push(started);
  const env = { OPENAI_BASE_URL: `${started.url}/v1`, OPENAI_API_KEY: "secret" };
  return { upstream: started, env };
}

const OPENAI = ["--provider", "openai", "--model", "any"];
const FIGURES =
  /^openai any · first token [\d.]+ m?s(?: · [\d.]+ tokens\/s)? · \d+ in, \d+ out · stop · [\d.]+ m?s\n$/;

describe("ask", () => {
  test("prints the answer, and its figures on stderr", async () => {
    const { upstream: asked, env } = await upstream();
    const ended = await run(["ask", "Why", "do mills turn?", ...OPENAI], { env });
    expect(ended).toMatchObject({ code: 0, out: "It turns.\n" });
    expect(ended.err).toMatch(FIGURES);
    const [request] = asked.requests;
    expect(request?.headers["authorization"]).toBe("Bearer secret");
    expect(request?.json).toMatchObject({
      model: "any",
      stream: true,
      messages: [{ role: "user", content: "Why do mills turn?" }],
    });
  });

  test("the answer is there while it comes", async () => {
    const { env } = await upstream({ fail: { kind: "stall", after: 3 } });
    const running = start(["ask", "Why?", ...OPENAI], { env });
    await until(() => running.said.out !== "");
    running.process.kill("SIGINT");
    const { signal, out, err } = await running.ended;
    expect([signal, "It turns.\n".startsWith(out.trimEnd())]).toEqual(["SIGINT", true]);
    expect(err).toMatch(/ · unfinished · /);
  });

  test("an interrupt reaches the provider", async () => {
    const { upstream: asked, env } = await upstream({ fail: { kind: "hang" } });
    const running = start(["ask", "Why?", ...OPENAI], { env });
    const request = await asked.request(0);
    running.process.kill("SIGTERM");
    expect(await request.ended).toBe("aborted");
    expect(await running.ended).toMatchObject({ signal: "SIGTERM", out: "", err: "" });
  });

  test("an interrupt ends it while the question does not come", async () => {
    const running = start(["ask", "-", "-p", "ollama:x"]);
    running.process.stdin!.write("Why");
    await new Promise((resolve) => setTimeout(resolve, 500)); // until it listens to signals
    running.process.kill("SIGINT");
    expect(await running.ended).toMatchObject({ signal: "SIGINT", out: "", err: "" });
  });

  test("a server that hangs up on the question is no reader that has gone", async () => {
    const cause = Object.assign(new Error("write EPIPE"), { code: "EPIPE", syscall: "write" });
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("fetch failed", { cause })));
    onTestFinished(() => void vi.unstubAllGlobals());
    const env = { OPENAI_API_KEY: "secret" };
    const { code, err } = await call(["ask", "Why?", ...OPENAI], { env });
    expect({ code, err }).toEqual({
      code: 3,
      err: "millrace: Cannot ask openai: no response came (EPIPE).\n",
    });
  });

  test("so does a reader that has gone", async () => {
    const { upstream: asked, env } = await upstream({ speed: 1, answer: "prose" });
    const running = start(["ask", "Why?", ...OPENAI, "--quiet"], { env });
    await until(() => running.said.out !== "");
    running.process.stdout!.destroy();
    expect(await (await asked.request(0)).ended).toBe("aborted");
    expect(await running.ended).toMatchObject({ code: 0, err: "" });
  });

  test("with --json it is parts", async () => {
    const { env } = await upstream();
    const { out, err } = await run(["ask", "Why?", ...OPENAI, "--json", "-q"], { env });
    const types = out
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { type: string }).type);
    expect(types[0]).toBe("response-metadata");
    expect(types.slice(-3).sort()).toEqual(["finish", "text-end", "usage"]);
    expect(types.at(-1)).toBe("finish");
    expect(err).toBe("");
  });

  test("thoughts go to stderr, if they are wanted", async () => {
    const answer = { reasoning: "Water falls.", text: "Gravity." };
    const { env } = await upstream({ answer });
    const args = ["ask", "Why?", ...OPENAI, "-q"];
    expect(await run(args, { env })).toMatchObject({ out: "Gravity.\n", err: "" });
    expect(await run([...args, "--reasoning"], { env })).toMatchObject({
      out: "Gravity.\n",
      err: "Water falls.\n",
    });
  });

  test("what comes in stands in the place of -, and options reach the model", async () => {
    const { upstream: asked, env } = await upstream();
    const options = ["-s", "Be brief.", "--max-tokens", "9", "--temperature", "0", "--stop", "x"];
    const more = ["--top-p", "0.5", "--body", '{"seed":7}'];
    const args = ["ask", "Sum", "up:", "-", ...OPENAI, ...options, ...more];
    const { code } = await run(args, { env, input: "A long text." });
    expect(code).toBe(0);
    expect(asked.requests[0]?.json).toMatchObject({
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Sum up:\n\nA long text." },
      ],
      temperature: 0,
      top_p: 0.5,
      stop: ["x"],
      seed: 7,
    });
  });

  test("several providers: the next one goes on", async () => {
    const dying = await upstream({ fail: { kind: "disconnect", after: 4 } });
    const { upstream: other } = await upstream({ answer: { text: "turns slowly." } });
    const env = { ...dying.env, OLLAMA_HOST: "127.0.0.1:1", GROQ_API_KEY: "key" };
    const args = ["ask", "Why?", "-p", "ollama:qwen3:4b", "-p", "openai", "-m", "first"];
    const first = await run([...args, "--timeout", "20"], { env });
    expect(first.code).toBe(1); // both have failed
    expect(dying.upstream.requests.length).toBeGreaterThan(0);

    const gone = await upstream({ fail: { kind: "status", status: 401 } });
    const both = ["ask", "Why?", "-p", "openai:first", "-p", "azure:second"];
    const ended = await run(both, {
      env: { ...gone.env, AZURE_OPENAI_ENDPOINT: other.url, AZURE_OPENAI_API_KEY: "k" },
    });
    expect(ended.err).toMatch(/^openai answered 401\.\nNow azure is asked\.\n/);
  });
});

describe("an answer that is not well exits with 1", () => {
  test.each([
    ["it breaks off", { fail: { kind: "disconnect", after: 4 } }, /^millrace: .+/m, true],
    ["it ends too soon", { fail: { kind: "end", after: 4 } }, /^millrace: .+/m, true],
    [
      "an error comes in it",
      { fail: { kind: "error-event", after: 4 } },
      /told to fail here/,
      true,
    ],
    [
      "the key is wrong",
      { fail: { kind: "status", status: 401 } },
      /Cannot ask openai: 401/,
      false,
    ],
    ["the provider is silent", { fail: { kind: "stall", after: 4 } }, /millrace: .+/, true],
  ] as const)("%s", async (_, options, message, hasBegun) => {
    const { env } = await upstream(options);
    const ended = await run(["ask", "Why?", ...OPENAI, "--timeout", "0.5"], { env });
    expect([ended.code, ended.out !== ""]).toEqual([1, hasBegun]);
    expect(ended.err).toMatch(message);
    expect(ended.err).not.toContain("secret");
    expect(ended.err).not.toMatch(/\n\s+at /); // no stack
  });

  test("what a provider has no place for exits with 2", async () => {
    const { env } = await upstream();
    const args = ["ask", "Why?", "-p", "openai-responses:x", "--stop", "x"];
    const { code, err } = await run(args, { env });
    expect([code, err]).toEqual([2, expect.stringMatching(/^millrace: .*stop/)]);
  });

  test("a server that says nothing exits with 3", async () => {
    const { env } = await upstream({ fail: { kind: "hang" } });
    const { code, err } = await run(["ask", "Why?", ...OPENAI, "--timeout", "0.2"], { env });
    expect([code, err]).toEqual([3, expect.stringMatching(/200 ms/)]);
  });

  test("a server that is not there exits with 3", async () => {
    const { upstream: gone, env } = await upstream();
    await gone.close();
    const { code, out, err } = await run(["ask", "Why?", ...OPENAI], { env });
    expect([code, out]).toEqual([3, ""]);
    expect(err).toMatch(/^millrace: Cannot ask openai: .*ECONNREFUSED/);
  });
});

describe("a command line that is wrong exits with 2, and asks nobody", () => {
  test.each([
    [[], /Name a provider|Ask something/],
    [["Why?"], /Name a provider/],
    [["Why?", "-p", "opnai:x"], /"opnai" is no provider. Did you mean openai\?/],
    [["Why?", "-p", "openai"], /Name a model for openai/],
    [["Why?", "-p", "openai:x"], /openai needs a key: set OPENAI_API_KEY/],
    [["Why?", "-p", "gemini:x"], /set GOOGLE_API_KEY or GEMINI_API_KEY/],
    [["Why?", "-p", "azure:x"], /azure/],
    [["Why?", "-p", "ollama:x", "-m", "y"], /--model y is for none/],
    [["-p", "ollama:x"], /Ask something/],
    [["-", "-", "-p", "ollama:x"], /only once/],
    [["-", "-p", "ollama:x"], /question is empty/],
    [["Why?", "-p", "ollama:x", "--base-url", "nowhere"], /is no URL/],
    [["Why?", "-p", "ollama:x", "--base-url", "http://me:secret@x"], /^(?!.*secret).*a password/],
    [["Why?", "-p", "ollama:x", "-p", "vllm:y", "--base-url", "http://x"], /one provider/],
    [["Why?", "-p", "ollama:x", "--max-tokens", "0"], /--max-tokens must be/],
    [["Why?", "-p", "ollama:x", "--body", "[1]"], /--body must be a JSON object/],
    [["Why?", "-p", "ollama:x", "--body", "{"], /--body must be JSON/],
    [["-p", "opnai:x", "--", "What", "is", "--help"], /"opnai" is no provider/],
    [["Which", "model", "-5", "-p", "ollama:x"], /Unknown option '-5'/],
    [["Why?", "--api-key", "k"], /Unknown option '--api-key'/],
  ])("%j", async (args, message) => {
    const { code, out, err } = await call(["ask", ...args], { input: "" });
    expect([code, out]).toEqual([2, ""]);
    expect(err).toMatch(message);
  });
});
