import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { connectSocket, type ConnectedSocket } from "@millrace/ws";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { freePort } from "../../../packages/resume/src/free-port.fixture.ts";
import { startProxy } from "../../../packages/ws/src/proxy.fixture.ts";

// The programs of examples/sockets, each on its runtime.

const EXAMPLES = fileURLToPath(new URL("../../../examples/sockets/", import.meta.url));
const bin = (name: string) => `${EXAMPLES}node_modules/.bin/${name}`;

interface Program {
  source: string;
  /** Starts the bundle. */
  command: (bundle: string, port: number) => string[];
}

const PROGRAMS: Record<string, Program> = {
  Bun: { source: "bun.ts", command: (bundle) => [bin("bun"), "run", bundle] },
  Deno: {
    source: "deno.ts",
    command: (bundle) => [bin("deno"), "run", "--allow-net", "--allow-env", bundle],
  },
  workerd: {
    source: "worker.ts",
    command: (_, port) => [
      ...[bin("workerd"), "serve", `${EXAMPLES}workerd.capnp`],
      `--socket-addr=http=127.0.0.1:${port}`,
    ],
  },
  Hono: { source: "hono.ts", command: (bundle) => [process.execPath, bundle] },
  crossws: { source: "crossws.ts", command: (bundle) => [process.execPath, bundle] },
};

const missing = existsSync(`${EXAMPLES}node_modules`)
  ? undefined
  : "Sockets on Bun, Deno, workerd, Hono and crossws are NOT tested: install them in examples/sockets.";
if (missing !== undefined) console.warn(missing);

async function isListening(port: number): Promise<void> {
  for (;;) {
    try {
      await fetch(`http://127.0.0.1:${port}/`);
      return;
    } catch {
      await sleep(50);
    }
  }
}

async function readAll(stream: ReadableStream<string>): Promise<string[]> {
  const items: string[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

const numbered = (prompt: string, words: number) =>
  Array.from({ length: words }, (_, index) => `${prompt} ${index + 1}`);

describe.skipIf(missing !== undefined).each(Object.entries(PROGRAMS))("%s", (name, program) => {
  let child: ChildProcess;
  let url: string;
  let said = "";

  beforeAll(async () => {
    const bundle = `${EXAMPLES}.generated/${program.source.replace(".ts", ".js")}`;
    await build({
      ...{ bundle: true, format: "esm", target: "es2022", conditions: ["@millrace/source"] },
      ...{ entryPoints: [`${EXAMPLES}src/${program.source}`], outfile: bundle },
      platform: program.command("", 0)[0] === process.execPath ? "node" : "neutral",
      external: ["cloudflare:workers"],
      banner: { js: requireOf(program) },
    });
    const port = await freePort();
    const [command, ...args] = program.command(bundle, port) as [string, ...string[]];
    const env = { ...process.env, PORT: String(port) };
    // A group of its own: what npm installs starts the runtime as a child.
    child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"], detached: true });
    for (const stream of [child.stdout!, child.stderr!]) {
      createInterface({ input: stream }).on("line", (line) => (said += `${line}\n`));
    }
    await Promise.race([
      isListening(port),
      once(child, "exit").then(() => Promise.reject(new Error(`${name} has ended: ${said}`))),
    ]);
    url = `ws://127.0.0.1:${port}/`;
  });
  afterAll(async () => {
    if (child.exitCode !== null) return;
    const exited = once(child, "exit");
    process.kill(-child.pid!, "SIGKILL");
    await exited;
  });

  function connect(address = url): ConnectedSocket {
    const socket = connectSocket(address, { WebSocket, window: 4_096, retryDelay: 50 });
    onTestFinished(socket.close);
    return socket;
  }

  test("answers many requests on one socket", async () => {
    const socket = connect();
    const prompts = ["mill", "räce 🌊", "c", "d", "e"];
    const answers = await Promise.all(
      prompts.map((prompt) => readAll(socket.request({ prompt, words: 300 }))),
    );
    expect(answers).toEqual(prompts.map((prompt) => numbered(prompt, 300)));
  });

  test("stops an endless answer, and goes on with others", async () => {
    const socket = connect();
    const reader = socket.request({ prompt: "endless" }).getReader();
    expect((await reader.read()).value).toBe("endless 1");
    await reader.cancel("enough");
    expect(await readAll(socket.request({ prompt: "mill", words: 3 }))).toEqual(
      numbered("mill", 3),
    );
  });

  test("closes what is no client, and stays", async () => {
    const socket = new WebSocket(url, ["millrace.v1"]);
    await once(socket, "open");
    socket.send("garbage");
    const [code] = (await once(socket, "close")) as [number];
    expect(code).toBe(4400);
    expect(await readAll(connect().request({ prompt: "mill", words: 1 }))).toEqual(["mill 1"]);
  });

  test("gives no socket to a page of another origin", async () => {
    const socket = new WebSocket(url, ["millrace.v1"], { origin: "https://evil.example" });
    const refused = once(socket, "error"); // before the socket is open, or by a code
    const [how] = (await Promise.race([refused, once(socket, "close")])) as [number | Error];
    if (how instanceof Error) expect(how.message).toContain("403");
    else expect(how).toBe(4403);
  });

  if (name !== "workerd") return;
  test("goes on when the connection is lost", async () => {
    const proxy = await startProxy(url);
    const socket = connect(proxy.url);
    const items: string[] = [];
    for await (const item of socket.request<string>({ prompt: "mill", words: 900 })) {
      items.push(item);
      if (items.length === 300 || items.length === 600) proxy.cut();
    }
    expect(items).toEqual(numbered("mill", 900));
    expect(proxy.connections).toBe(3);
  });
});

describe.skipIf(missing !== undefined)("the types of the examples", () => {
  const built = existsSync(`${EXAMPLES}../../packages/ws/dist/index.d.ts`);
  if (!built) console.warn("The types of examples/sockets are NOT tested: build @millrace/ws.");

  test.skipIf(!built).each(["bun", "deno", "workers", "node"])("%s", (runtime) => {
    const config = `${EXAMPLES}tsconfig.${runtime}.json`;
    expect(JSON.parse(readFileSync(config, "utf8"))).toHaveProperty("files");
    const compiler = `${EXAMPLES}../../node_modules/.bin/tsc`;
    expect(execFileSync(compiler, ["-p", config], { encoding: "utf8" })).toBe("");
  });
});

/** What is bundled of CommonJS asks for modules of Node in its own way. */
function requireOf(program: Program): string {
  if (program.command("", 0)[0] !== process.execPath) return "";
  return 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';
}
