import { portable } from "../suite/portable.js";
import { askWorker } from "./ask-worker.ts";
import { bundle } from "./bundle.ts";
import type { Host, Results } from "./host.ts";

/** Without the flag that brings the modules of Node: the packages need none. */
export function workerdHost(program: string): Host {
  return {
    name: "workerd",
    program,
    cases: Object.keys(portable),
    async run(folder) {
      const code = await bundle(folder, "worker.js");
      return JSON.parse(await askWorker(program, folder, code)) as Results;
    },
  };
}
