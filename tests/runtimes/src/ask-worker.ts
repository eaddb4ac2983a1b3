import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";

const CONFIG = `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);

const worker :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = "2026-11-01",
);
`;

/** What a worker of one module answers, run by workerd in a folder. */
export async function askWorker(program: string, folder: string, code: string): Promise<string> {
  await writeFile(join(folder, "worker.js"), code);
  await writeFile(join(folder, "workerd.capnp"), CONFIG);
  // A group of its own: what npm installs may start the runtime as a child.
  const child = spawn(program, ["serve", "workerd.capnp", "--control-fd=1"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
    detached: true,
  });
  const exited = once(child, "exit");
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      const { event, port } = JSON.parse(line) as { event: string; port: number };
      if (event !== "listen") continue;
      return await (await fetch(`http://127.0.0.1:${port}/`)).text();
    }
    throw new Error("workerd has ended");
  } finally {
    if (child.exitCode === null) process.kill(-child.pid!, "SIGKILL");
    await exited;
  }
}
