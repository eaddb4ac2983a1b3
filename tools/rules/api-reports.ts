import { apiReport, reportFile } from "../api-report.ts";
import { lineAt } from "../modules.ts";
import type { Rule } from "../rule.ts";

export const apiReports: Rule = {
  statement: "Every package's api.md is its public interface of today",
  check: (workspace) =>
    workspace.packages.flatMap((own) => {
      const file = reportFile(own);
      const report = apiReport(workspace, own);
      const kept = workspace.has(file) ? workspace.read(file) : "";
      if (kept === report) return [];
      const line = kept === "" ? undefined : lineAt(kept, firstDifference(kept, report));
      const message = "is not the public interface of today: npm run api, and commit the change";
      return [{ file, line, message }];
    }),
};

function firstDifference(left: string, right: string): number {
  let at = 0;
  while (at < left.length && left[at] === right[at]) at++;
  return at;
}
