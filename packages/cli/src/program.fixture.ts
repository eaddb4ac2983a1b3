import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll } from "vitest";
import { startHere } from "./program-here.fixture.ts";

const PATIENCE = 60_000; // milliseconds for the bundler, on a machine that has much to do

/** Set while it is measured what the tests reach. */
const IS_MEASURED = process.env["MILLRACE_COVERAGE"] === "1";

// The program as it is installed: one process, real pipes.

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  out: string;
  err: string;
}

export interface Program {
  /** The bundled program, for whoever starts it in another way. */
  readonly path: string;
  /** Starts it; it is killed when the test is over. */
  start(this: void, args: readonly string[], options?: StartOptions): Running;
  /** Runs it to its end. */
  run(this: void, args: readonly string[], options?: RunOptions): Promise<Ended>;
}

export interface StartOptions {
  env?: Record<string, string>;
  stdio?: SpawnOptions["stdio"];
}

export interface RunOptions extends StartOptions {
  input?: string | Uint8Array;
}

export interface Running {
  process: RunningProcess;
  /** What it has said so far. */
  said: { out: string; err: string };
  ended: Promise<Ended>;
}

/** A process, or what stands for it. */
export interface RunningProcess {
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly pid?: number | undefined;
  kill(signal: NodeJS.Signals): boolean;
}

/** Bundles the program once for the tests of a file, whose name the bundle gets. */
export function bundled(name: string): Program {
  const path = fileURLToPath(new URL(`../.generated/${name}.mjs`, import.meta.url));
  const home = process.cwd();
  const running = new Set<RunningProcess>();

  beforeAll(async () => {
    await build({
      entryPoints: [fileURLToPath(new URL("bin.ts", import.meta.url))],
      outfile: path,
      bundle: true,
      platform: "node",
      format: "esm",
      conditions: ["@millrace/source"],
      logLevel: "error",
    });
    if (IS_MEASURED) process.chdir(tmpdir()); // where programs are
  }, PATIENCE);
  afterEach(() => {
    for (const child of running) child.kill("SIGKILL");
  });
  afterAll(() => {
    if (IS_MEASURED) process.chdir(home);
    return rm(path, { force: true });
  });

  function start(args: readonly string[], { env = {}, stdio }: StartOptions = {}): Running {
    if (IS_MEASURED && stdio === undefined) {
      const program = startHere(args, env);
      running.add(program.process);
      void program.ended.then(() => running.delete(program.process));
      return program;
    }
    const child: ChildProcess = spawn(process.execPath, [path, ...args], {
      cwd: tmpdir(),
      env: { PATH: process.env["PATH"], ...env },
      ...(stdio !== undefined && { stdio }),
    });
    running.add(child);
    const said = { out: "", err: "" };
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (said.out += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (said.err += text));
    child.stdin?.on("error", () => undefined); // it may end before it has read everything
    const ended = once(child, "close").then(([code, signal]) => {
      running.delete(child);
      return { code: code as number | null, signal: signal as NodeJS.Signals | null, ...said };
    });
    return { process: child, said, ended };
  }

  return {
    path,
    start,
    run(args, { input = "", ...options } = {}) {
      const program = start(args, options);
      program.process.stdin?.end(input);
      return program.ended;
    },
  };
}

/** Waits until something holds; the test's own time limit is the end of it. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
