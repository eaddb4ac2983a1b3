import type { Host, Output } from "./host.ts";
import { millrace } from "./millrace.ts";

// The program within the process of the tests, for tables of command lines and outputs: a process for each
// row would take most of the time. Pipes, signals and exits are tested on real processes: `bundled`.

export interface Returned {
  code: number;
  out: string;
  err: string;
}

export interface CallOptions {
  env?: Record<string, string>;
  /** What comes in. Without it, reading is an error. */
  input?: string;
}

/** Calls the program with a host of its own, and waits for its end. */
export async function call(
  args: readonly string[],
  { env = {}, input }: CallOptions = {},
): Promise<Returned> {
  const said = { out: "", err: "" };
  const host: Host = {
    stdin: bytesOf(input),
    typed: false,
    stdout: outputTo((text) => (said.out += text)),
    stderr: outputTo((text) => (said.err += text)),
    env,
    signal: new AbortController().signal,
  };
  return { code: await millrace(args, host), ...said };
}

async function* bytesOf(input: string | undefined): AsyncGenerator<Uint8Array> {
  if (input === undefined) throw new Error("Nothing should be read.");
  yield await Promise.resolve(new TextEncoder().encode(input));
}

function outputTo(take: (text: string) => void): Output {
  const decoder = new TextDecoder();
  return {
    write(data) {
      take(typeof data === "string" ? data : decoder.decode(data, { stream: true }));
      return Promise.resolve();
    },
    isTerminal: false,
    hasColours: false,
    columns: 80,
  };
}
