import { bundleWithKernel } from "../measure-sizes.ts";
import type { Finding, Rule } from "../rule.ts";
import { sizeBudgets, type SizeBudget } from "../size-budgets.ts";

/** For a test that has budgets of its own. */
export function keepTo(budgets: readonly SizeBudget[]): Rule {
  return {
    statement: "What is used together keeps to its budget, minified and gzipped",
    async check(workspace) {
      const findings: Finding[] = [];
      for (const { imports, atMost } of budgets) {
        const { gzipped } = await bundleWithKernel(workspace, imports);
        if (gzipped <= atMost) continue;
        const names = Object.values(imports).flat().join(" and ");
        findings.push({
          file: "tools/size-budgets.ts",
          message: `${names} weigh ${gzipped} bytes with the kernel, not ${atMost}: make them smaller, or raise the budget and say for what`,
        });
      }
      return findings;
    },
  };
}

export const sizes: Rule = keepTo(sizeBudgets);
