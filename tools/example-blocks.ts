import { isTest, type Workspace } from "./workspace.ts";

/** A block of code that shows readers how something is used. */
export interface ExampleBlock {
  readonly file: string;
  /** The line of its first line of code, from 1. */
  readonly line: number;
  readonly code: string;
  /**
   * `run`: it is checked by the compiler and run. `no-run`: only checked, because it needs a key or
   * a network. `ignore`: neither. `foreign`: it is TypeScript or JavaScript by another name.
   * `excerpt`: a piece of a program, which is checked and run where it stands.
   */
  readonly mode: "run" | "no-run" | "ignore" | "foreign" | "excerpt";
  /** Of an excerpt: the file that it shows, as a path from the page. */
  readonly source?: string;
}

/** Every block of the pages, and of the doc comments of published modules. */
export function exampleBlocks({ files, packages, read }: Workspace): ExampleBlock[] {
  const sources = new Set(packages.flatMap((own) => own.sources));
  return files
    .filter((file) => sources.has(file) || isPage(file))
    .flatMap((file) => blocksOf(file, read(file)));
}

/** The pages whose examples have to hold. */
function isPage(file: string): boolean {
  return /^((README|CONTRIBUTING)\.md|packages\/[^/]+\/README\.md|docs\/.*\.md)$/.test(file);
}

/** The margin of a line: of a doc comment in a module, indentation in a list of a page. */
const MODULE_FENCE = /^(\s*\* ?)(`{3,})(.*)$/;
const PAGE_FENCE = /^(\s*)(`{3,}|~{3,})(.*)$/;

export function blocksOf(file: string, text: string): ExampleBlock[] {
  if (isTest(file)) return [];
  const fencePattern = file.endsWith(".md") ? PAGE_FENCE : MODULE_FENCE;
  const blocks: ExampleBlock[] = [];
  let open: { fence: string; margin: number; info: string; line: number } | undefined;
  let code: string[] = [];
  text.split("\n").forEach((line, index) => {
    const [, margin = "", fence, info = ""] = fencePattern.exec(line) ?? [];
    if (open === undefined) {
      if (fence === undefined) return;
      open = { fence, margin: margin.length, info: info.trim(), line: index + 2 };
      code = [];
    } else if (fence?.startsWith(open.fence) === true && info.trim() === "") {
      const mode = modeOf(open.info);
      const block = { file, line: open.line, code: code.join("\n") };
      if (mode === "excerpt") blocks.push({ ...block, mode, source: sourceOf(open.info)! });
      else if (mode !== undefined) blocks.push({ ...block, mode });
      open = undefined;
    } else code.push(line.slice(open.margin));
  });
  return blocks;
}

function modeOf(info: string): ExampleBlock["mode"] | undefined {
  const [language = "", flag] = info.split(/\s+/);
  if (sourceOf(info) !== undefined) return "excerpt";
  if (/^(typescript|js|javascript|mjs|tsx|jsx)$/i.test(language)) return "foreign";
  if (language !== "ts") return undefined;
  return flag === "no-run" || flag === "ignore" ? flag : "run";
}

/** As in `tsx file=../../examples/chat/page.tsx`. */
function sourceOf(info: string): string | undefined {
  return /\sfile=(\S+)/.exec(info)?.[1];
}
