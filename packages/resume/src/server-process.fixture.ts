import { spawn, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { freePort } from "./free-port.fixture.ts";

/** A real server for tests, on a port and in a directory of its own. */
export interface TestServer {
  readonly port: number;
  /** It hangs, connections stay open: SIGSTOP. */
  pause(this: void): void;
  /** It goes on, if it has not ended: SIGCONT. */
  resume(this: void): void;
  /** It dies without a word: SIGKILL. */
  kill(this: void): Promise<void>;
  /** It comes back on its port, with what it has on disk. */
  start(this: void): Promise<void>;
  /** Ends it and removes its directory. */
  close(this: void): Promise<void>;
}

export interface ServerCommand {
  command: string;
  /** Of Debian, for the message where it is missing. */
  debian: string;
  arguments(this: void, port: number, directory: string): string[];
}

// A server must not outlive the process that tests, however that ends: the shell waits for the end
// of its input, which the system brings about, and kills the server then.
const KEEPER = '"$@" >/dev/null 2>&1 & echo $!; cat >/dev/null; kill -KILL $! 2>/dev/null';

const WAIT = 20; // ms between looks
const PATIENCE = 15_000; // ms for a server to come up on a busy machine

/** Why there are no tests with it; `undefined` if they can run. */
export function missingServer({ command, debian }: ServerCommand): string | undefined {
  const places = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin"];
  if (places.some((place) => existsSync(join(place, command)))) return undefined;
  return (
    `The store is NOT tested: there is no ${command} on the PATH. ` +
    `Install it (Debian: apt-get install ${debian}).`
  );
}

export async function startServer(server: ServerCommand): Promise<TestServer> {
  const directory = await mkdtemp(join(tmpdir(), `${server.command}-`));
  const port = await freePort();
  let keeper: ChildProcess | undefined;
  let pid = 0;

  async function start(): Promise<void> {
    const args = server.arguments(port, directory);
    const env = { ...process.env, PATH: `${process.env["PATH"] ?? ""}${delimiter}/usr/sbin` };
    keeper = spawn("sh", ["-c", KEEPER, "sh", server.command, ...args], {
      stdio: ["pipe", "pipe", "ignore"],
      env,
    });
    const lines = createInterface({ input: keeper.stdout! });
    pid = Number(await new Promise<string>((resolve) => lines.once("line", resolve)));
    lines.close();
    await listening(port, pid, server.command);
  }

  async function kill(): Promise<void> {
    if (keeper === undefined) return;
    const over = new Promise((resolve) => keeper!.once("exit", resolve));
    keeper.stdin!.end();
    await over;
    keeper = undefined;
    while (isAlive(pid)) await pause(WAIT);
  }

  await start();
  return {
    port,
    pause: () => void process.kill(pid, "SIGSTOP"),
    resume: () => void (isAlive(pid) && process.kill(pid, "SIGCONT")),
    kill,
    start,
    async close() {
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function listening(port: number, pid: number, command: string): Promise<void> {
  const until = Date.now() + PATIENCE;
  while (!(await accepts(port))) {
    if (!isAlive(pid)) throw new Error(`${command} has ended`);
    if (Date.now() > until) throw new Error(`${command} does not listen on port ${String(port)}`);
    await pause(WAIT);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => {
      resolve(false);
    });
  });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
