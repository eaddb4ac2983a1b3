import { posix } from "node:path";
import { exampleBlocks } from "../example-blocks.ts";
import type { Finding, Rule } from "../rule.ts";
import type { Workspace } from "../workspace.ts";

export const excerpts: Rule = {
  statement: "What a page shows of a program stands in the program",
  check: (workspace) => [
    ...exampleBlocks(workspace).flatMap(({ file, line, code, source }) => {
      if (source === undefined) return [];
      const message = problem(workspace, posix.join(posix.dirname(file), source), code);
      return message === undefined ? [] : [{ file, line: line - 1, message } satisfies Finding];
    }),
    ...workspace.files
      .filter((file) => file.startsWith("docs/") && file.endsWith(".md"))
      .flatMap((file) => missingPrograms(workspace, file)),
  ],
};

/** Files that the site is to put into a page, and that are not there: VitePress would show a complaint. */
function missingPrograms({ has, read }: Workspace, file: string): Finding[] {
  return [...read(file).matchAll(/^<<< (\S+)/gm)].flatMap(({ 1: path = "", index }) => {
    const source = posix.join(posix.dirname(file), path);
    if (has(source)) return [];
    const line = read(file).slice(0, index).split("\n").length;
    return [{ file, line, message: `shows ${source}, which does not exist` }];
  });
}

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
