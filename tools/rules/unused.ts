import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Finding, Rule } from "../rule.ts";

const CONFIG = "tools/knip.json";

export const unused: Rule = {
  statement: "No file, export or dependency is unused (knip)",
  check: ({ root }) => findUnused(root, join(import.meta.dirname, "..", "..", CONFIG)),
};

/** What knip finds under a folder, by the given configuration. */
export async function findUnused(root: string, config: string): Promise<Finding[]> {
  const knip = join(import.meta.dirname, "..", "..", "node_modules", "knip", "bin", "knip.js");
  const options = ["--config", config, "--reporter", "json", "--no-exit-code", "--no-progress"];
  const { stdout } = await promisify(execFile)(process.execPath, [knip, ...options], {
    cwd: root,
    maxBuffer: 2 ** 26,
  });
  const { issues } = JSON.parse(stdout) as { issues: FileIssues[] };
  return issues.flatMap(({ file, ...kinds }) =>
    Object.entries(kinds).flatMap(([kind, found]) =>
      // Duplicates come in groups.
      Array.isArray(found)
        ? (found as Issue[] | Issue[][]).flat().map((issue) => toFinding(file, kind, issue))
        : [],
    ),
  );
}

interface Issue {
  name: string;
  line?: number;
}

type FileIssues = { file: string } & Record<string, unknown>;

/** What knip calls its kinds, as a sentence about one of them. */
const SENTENCES: Record<string, string> = {
  files: "nothing uses this file: delete it, or name it as an entry in tools/knip.json",
  exports: "is exported, and nothing imports it: take `export` away",
  types: "is exported, and nothing imports it: take `export` away",
  dependencies: "is a dependency that nothing imports: remove it",
  devDependencies: "is a dependency that nothing imports: remove it",
  unlisted: "is imported, and not a dependency: add it",
  unresolved: "leads nowhere",
  binaries: "is run by a script, and not a dependency: add it",
  duplicates: "is exported twice: keep one name",
};

function toFinding(file: string, kind: string, issue: Issue): Finding {
  const sentence = SENTENCES[kind] ?? `is unused (${kind})`;
  return {
    file,
    line: issue.line,
    message: kind === "files" ? sentence : `${issue.name} ${sentence}`,
  };
}
