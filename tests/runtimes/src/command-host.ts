import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ofNode } from "../suite/cases/node.js";
import { ofSqlite } from "../suite/cases/sqlite.js";
import { portable } from "../suite/portable.js";
import type { Host, Results } from "./host.ts";

/** A runtime that runs a module which is named on its command line. */
export function commandHost(
  name: string,
  program: string,
  { options = [], sqlite = true }: { options?: string[]; sqlite?: boolean } = {},
): Host {
  return {
    name,
    program,
    cases: Object.keys({ ...portable, ...ofNode, ...(sqlite ? ofSqlite : {}) }),
    async run(folder) {
      const args = [...options, "suite/command.js", ...(sqlite ? ["--sqlite"] : [])];
      const { stdout } = await promisify(execFile)(program, args, { cwd: folder });
      return JSON.parse(stdout) as Results;
    },
  };
}
