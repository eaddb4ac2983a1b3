import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { bundleProgram } from "../../../tools/bundle-program.ts";

export interface Program {
  url: string;
  /** Asks it to end, as a host does. */
  terminate(): void;
  /** What it ends with. */
  exitCode: Promise<number | null>;
  /** Ends it. */
  end(): Promise<void>;
}

/** How Node.js runs a file of this folder: bundled, which starts faster than `npx tsx` does for a reader. */
export async function nodeCommand(file: string): Promise<string[]> {
  return [
    process.execPath,
    await bundleProgram(join(import.meta.dirname, file)),
  ];
}

/** Starts the program of a recipe; resolves when it says where it listens. */
export async function startProgram(
  [command = "", ...args]: readonly string[],
  variables: Record<string, string>,
  cwd: string = import.meta.dirname,
): Promise<Program> {
  const child = spawn(command, args, {
    cwd,
    // In CI, too, addresses are read: colours would stand in them.
    env: { ...process.env, NO_COLOR: "1", PORT: "0", ...variables },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true, // a group of its own: what npm installs may start the runtime as a child
  });
  const exitCode = once(child, "exit").then(
    ([code]) => code as number | null,
  );
  let said = "";
  const port = await new Promise<string>((resolve, reject) => {
    for (const output of [child.stdout, child.stderr]) {
      createInterface(output).on("line", (line) => {
        said += `${line}\n`;
        const found = /(?:https?:\/\/\S+:|"port":)(\d+)/.exec(line)?.[1];
        if (found !== undefined) resolve(found);
      });
    }
    exitCode.then(() => {
      reject(
        new Error(
          `${command} ${args.join(" ")} ended without an address:\n${said}`,
        ),
      );
    }, reject);
  });
  return {
    url: `http://localhost:${port}`,
    exitCode,
    terminate: () => child.kill("SIGTERM"),
    async end() {
      if (child.exitCode === null) process.kill(-child.pid!, "SIGKILL");
      await exitCode;
    },
  };
}
