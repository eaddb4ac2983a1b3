import { fstatSync } from "node:fs";
import { isatty, type WriteStream } from "node:tty";
import { EXIT, Failure } from "./failure.ts";
import type { Host, Output } from "./host.ts";

const DEFAULT_COLUMNS = 80;
const PATIENCE = 1_000; // milliseconds
const STDIN = 0;

interface ProcessHost extends Host {
  /** Ends the process, as the user's signal would have, if there was one. */
  exit(code: number): void;
}

/** This process as a host. A second interrupt ends it at once. */
export function openHost(): ProcessHost {
  const interrupt = new AbortController();
  let received: NodeJS.Signals | undefined;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => {
      received = signal;
      interrupt.abort(new Error(`Interrupted by ${signal}`));
    });
  }
  return {
    // Looked at when it is read: to open it keeps the process alive.
    get stdin() {
      if (isFolder(STDIN)) throw new Failure("Cannot read stdin: EISDIR.", EXIT.outside);
      return process.stdin;
    },
    typed: isatty(STDIN),
    stdout: openOutput(process.stdout),
    stderr: openOutput(process.stderr),
    env: process.env,
    signal: interrupt.signal,
    exit(code) {
      // A shell that runs a loop ends it only if the program died of the signal.
      if (received === undefined || code === 0) process.exit(code);
      process.kill(process.pid, received);
      setTimeout(() => process.exit(code), PATIENCE); // where the signal does nothing
    },
  };
}

/** Node takes a folder for an input in which there is nothing. */
function isFolder(file: number): boolean {
  try {
    return fstatSync(file).isDirectory();
  } catch {
    return false; // it is closed, or nothing that has a state
  }
}

function openOutput(stream: WriteStream & { fd: number }): Output {
  stream.on("error", () => undefined); // each write hears of its own
  const isTerminal = isatty(stream.fd);
  return {
    write: (data) =>
      new Promise((resolve, reject) => {
        stream.write(data, (error) => {
          if (error) reject(error);
          else resolve();
        });
      }),
    isTerminal,
    // Heeds NO_COLOR, FORCE_COLOR and TERM.
    hasColours: isTerminal && stream.hasColors(),
    get columns() {
      return isTerminal ? stream.columns : DEFAULT_COLUMNS;
    },
  };
}
