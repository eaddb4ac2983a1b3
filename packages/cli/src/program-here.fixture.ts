import { PassThrough, type Writable } from "node:stream";
import type { Host, Output } from "./host.ts";
import { millrace } from "./millrace.ts";
import type { Running } from "./program.fixture.ts";

/** The program in this process, as its users see it: for `npm run coverage`, which sees into no other. */
export function startHere(args: readonly string[], env: Host["env"]): Running {
  const said = { out: "", err: "" };
  const stdin = new PassThrough().on("error", () => undefined); // it may end before all is written
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const interrupt = new AbortController();
  let received: NodeJS.Signals | null = null;

  function output(name: "out" | "err", reader: Writable): Output {
    const decoder = new TextDecoder();
    return {
      write(data) {
        if (reader.destroyed) return Promise.reject(brokenPipe());
        said[name] += typeof data === "string" ? data : decoder.decode(data, { stream: true });
        return Promise.resolve();
      },
      ...{ isTerminal: false, hasColours: false, columns: 80 },
    };
  }

  function kill(signal: NodeJS.Signals): boolean {
    received ??= signal;
    interrupt.abort(new Error(`Interrupted by ${signal}`));
    return true;
  }

  async function run(): Promise<Awaited<Running["ended"]>> {
    const code = await millrace(args, {
      ...{ stdin, typed: false, env, signal: interrupt.signal },
      ...{ stdout: output("out", stdout), stderr: output("err", stderr) },
    });
    stdin.destroy();
    return received === null || code === 0
      ? { code, signal: null, ...said }
      : { code: null, signal: received, ...said };
  }

  return { process: { stdin, stdout, kill }, said, ended: run() };
}

function brokenPipe(): Error {
  return Object.assign(new Error("write EPIPE"), { code: "EPIPE" });
}
