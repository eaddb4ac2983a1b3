// Checks the house rules: one line a rule, then every place that breaks one.
import { join } from "node:path";
import { formatFinding } from "./rule.ts";
import { rules } from "./rules/index.ts";
import { openWorkspace } from "./workspace.ts";

const workspace = openWorkspace(join(import.meta.dirname, ".."));
const results = await Promise.all(
  rules.map(async (rule) => {
    const findings = await rule.check(workspace);
    console.log(`${findings.length === 0 ? "✓" : "✗"} ${rule.statement}`);
    return findings;
  }),
);

const findings = results.flat();
for (const finding of findings) console.error(formatFinding(finding));
process.exitCode = findings.length === 0 ? 0 : 1;
