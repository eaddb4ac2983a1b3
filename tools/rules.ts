// Checks the house rules: one line a rule, then every place that breaks one.
import { join } from "node:path";
import { formatFinding, type Finding } from "./rule.ts";
import { rules } from "./rules/index.ts";
import { openWorkspace } from "./workspace.ts";

const workspace = openWorkspace(join(import.meta.dirname, ".."));
// All at once: the slow ones wait for other processes.
const checks = rules.map(async (rule) => rule.check(workspace));

const findings: Finding[] = [];
for (const [index, found] of (await Promise.all(checks)).entries()) {
  console.log(`${found.length === 0 ? "✓" : "✗"} ${rules[index]!.statement}`);
  findings.push(...found);
}
for (const finding of findings) console.error(formatFinding(finding));
if (findings.length > 0) process.exitCode = 1;
