import { posix } from "node:path";
import { exampleBlocks } from "../example-blocks.ts";
import type { Finding, Rule } from "../rule.ts";
import type { Workspace } from "../workspace.ts";

export const excerpts: Rule = {
  statement: "What a page shows of a program stands in the program",
  check: (workspace) =>
    exampleBlocks(workspace).flatMap(({ file, line, code, source }) => {
      if (source === undefined) return [];
      const message = problem(workspace, posix.join(posix.dirname(file), source), code);
      return message === undefined ? [] : [{ file, line: line - 1, message } satisfies Finding];
    }),
};

function problem({ has, read }: Workspace, source: string, code: string): string | undefined {
  if (!has(source)) return `shows ${source}, which does not exist`;
  return linesOf(read(source)).includes(linesOf(code))
    ? undefined
    : `is not in ${source} any more: show what stands there, line by line`;
}

/** The lines of a text without their indentation, which an excerpt may leave out. */
function linesOf(text: string): string {
  const lines = text.split("\n").map((line) => line.trim());
  return `\n${lines.join("\n").trim()}\n`;
}
