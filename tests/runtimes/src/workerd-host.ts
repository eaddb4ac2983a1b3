import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { portable } from "../suite/portable.js";
import { bundle } from "./bundle.ts";
import type { Host, Results } from "./host.ts";

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

/** Without the flag that brings the modules of Node: the packages need none. */
export function workerdHost(program: string): Host {
  return {
    name: "workerd",
    program,
    cases: Object.keys(portable),
    async run(folder) {
      await writeFile(join(folder, "worker.js"), await bundle(folder, "worker.js"));
      await writeFile(join(folder, "workerd.capnp"), CONFIG);
      const args = ["serve", "workerd.capnp", "--control-fd=1"];
      // A group of its own: what npm installs may start the runtime as a child.
      const stdio: ["ignore", "pipe", "inherit"] = ["ignore", "pipe", "inherit"];
      const child = spawn(program, args, { cwd: folder, stdio, detached: true });
      const exited = once(child, "exit");
      try {
        for await (const line of createInterface({ input: child.stdout })) {
          const { event, port } = JSON.parse(line) as { event: string; port: number };
          if (event !== "listen") continue;
          const response = await fetch(`http://127.0.0.1:${port}/`);
          return (await response.json()) as Results;
        }
        throw new Error("workerd has ended");
      } finally {
        if (child.exitCode === null) process.kill(-child.pid!, "SIGKILL");
        await exited;
      }
    },
  };
}
