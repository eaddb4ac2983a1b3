import { NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import type { Rule } from "../rule.ts";

export const workflows: Rule = {
  statement: "GitHub's own parser finds nothing wrong with the workflows",
  check: ({ files, read }) =>
    files.filter(isWorkflow).flatMap((file) => {
      const { context } = parseWorkflow(
        { name: file, content: read(file) },
        new NoOperationTraceWriter(),
      );
      return context.errors
        .getErrors()
        .map(({ rawMessage, range }) => ({ file, line: range?.start.line, message: rawMessage }));
    }),
};

export function isWorkflow(file: string): boolean {
  return /^\.github\/workflows\/[^/]+\.ya?ml$/.test(file);
}
