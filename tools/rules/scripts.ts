import type { Finding, Rule } from "../rule.ts";
import type { Workspace } from "../workspace.ts";
import { isWorkflow } from "./workflows.ts";

const FILE = "package.json";
/** It asks for the workspace's package manager, which nobody need have installed. */
const TURBO = /(?:^|&& )turbo /;

export const scripts: Rule = {
  statement: "Scripts that need pnpm bring it along",
  check: ({ files, read }) => (files.includes(FILE) ? check(files, read) : []),
};

function check(files: Workspace["files"], read: Workspace["read"]): Finding[] {
  const { scripts: all = {} } = JSON.parse(read(FILE)) as { scripts?: Record<string, string> };
  const callers = files.filter((file) => file === FILE || isWorkflow(file)).map(read);
  return Object.entries(all)
    .filter(([name, command]) => TURBO.test(command) && !callers.some(calls(name)))
    .map(([name]) => ({
      file: FILE,
      message: `"${name}" runs turbo without pnpm: write "node tools/pnpm.mjs exec turbo …"`,
    }));
}

function calls(name: string): (text: string) => boolean {
  const call = new RegExp(`tools/pnpm\\.mjs run ${name}(?![:\\w])`);
  return (text) => call.test(text);
}
