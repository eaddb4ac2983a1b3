import type { Finding, Rule } from "../rule.ts";
import type { Manifest, Workspace } from "../workspace.ts";
import { isWorkflow } from "./workflows.ts";

const CI = ".ci/run";
/** `npm test` runs it in every package. */
const QUICK = "test";

export const leftOut: Rule = {
  statement: "Tests that `npm test` leaves out are run by CI",
  check: ({ files, read }) => check(files, read),
};

function check(files: Workspace["files"], read: Workspace["read"]): Finding[] {
  const runners = files.filter((file) => file === CI || isWorkflow(file)).map(read);
  return files
    .filter((file) => file.endsWith("/package.json"))
    .flatMap((file) => {
      const { scripts = {} } = JSON.parse(read(file)) as Manifest;
      return Object.entries(scripts)
        .filter(([name, command]) => name !== QUICK && command.includes("vitest run"))
        .filter(([name]) => !runners.some(runs(name)))
        .map(([name]) => ({ file, message: `nobody runs "${name}": name it in ${CI}` }));
    });
}

/** By `npm run`, or from a list of names. */
function runs(name: string): (text: string) => boolean {
  const call = new RegExp(`(?:npm run|for script in)(?: [\\w:-]+)*? ${name}(?![:\\w-])`);
  return (text) => call.test(text);
}
