import type { Finding, Rule } from "../rule.ts";
import { isTest, type Workspace } from "../workspace.ts";

/** One pattern that must not stand in some files. */
interface Pattern {
  readonly pattern: RegExp;
  readonly applies: (file: string) => boolean;
  readonly message: string;
  /** What makes it right after all. */
  readonly unless?: (lines: string[], index: number) => boolean;
}

const isModule = (file: string) => /\.(ts|mts|tsx|js|mjs)$/.test(file);
const isText = (file: string) => isModule(file) || /\.(md|json|ya?ml|html|css|sh)$/.test(file);
const isProse = (file: string) => file.endsWith(".md") && !file.endsWith("CHANGELOG.md");

const PATTERNS: Pattern[] = [
  {
    pattern: /\b(TODO|FIXME|XXX)\b/,
    applies: isText,
    message: "finish it, or open an issue",
  },
  {
    pattern: /\b(describe|it|test|suite)(\.\w+)*\.(only|skip|todo|fails)\b/,
    applies: isTest,
    message: "a test that does not run needs its reason in a comment beside it",
    unless: hasCommentBeside,
  },
  {
    pattern: /(es|ox)lint-disable|@ts-(ignore|expect-error|nocheck)/,
    applies: isModule,
    message: "say behind it, after ` -- ` or `: `, why the rule does not hold here",
    unless: givesReason,
  },
  {
    pattern: /\b(class|const|function|interface|type)\s+\w*(Manager|Helper|Util|Utils|Base)\b/,
    applies: isModule,
    message: "says nothing: name it by what it is or does",
  },
  {
    pattern: /(^|[\s"'`(=])\/(work|tmp|home|root)\/[\w.]/,
    applies: isText,
    message: "a path of one machine: find it from the file, or by a variable",
  },
  {
    pattern: /\buses: (?!\.\/|\S+@[\da-f]{40} # v\d)/,
    applies: (file) => file.startsWith(".github/workflows/"),
    message: "a tag can be moved: pin the commit, and name its version behind it as in `# v1.2.3`",
  },
  {
    pattern: /(?<![\w/`.-])20\d\d-[01]\d-[0-3]\d(?![\w`-])/,
    applies: isProse,
    message: "a date ages: say what held then, or put the name of a version in backticks",
  },
];

/** This file names what it forbids, and so do its tests. */
const OWN_FILES = /^tools\/rules\/text(\.test)?\.ts$/;

/** Fixtures are recorded as they are; the lockfile is not ours. */
const NOT_OURS = /(^|\/)fixtures\/|(^|\/)pnpm-lock\.yaml$/;

const LONGEST_SOURCE = 300;

export const text: Rule = {
  statement: "Texts hold no leftovers, and no source is longer than 300 lines",
  check: (workspace) => [
    ...workspace.files
      .filter((file) => !OWN_FILES.test(file) && !NOT_OURS.test(file))
      .flatMap((file) => checkPatterns(workspace, file)),
    ...workspace.packages.flatMap(({ sources }) =>
      sources.flatMap((file) => checkLength(workspace, file)),
    ),
  ],
};

function checkPatterns({ read }: Workspace, file: string): Finding[] {
  const patterns = PATTERNS.filter(({ applies }) => applies(file));
  if (patterns.length === 0) return [];
  const lines = read(file).split("\n");
  return lines.flatMap((line, index) =>
    patterns
      .filter(({ pattern, unless }) => pattern.test(line) && unless?.(lines, index) !== true)
      .map(({ pattern, message }) => ({
        file,
        line: index + 1,
        message: `"${(pattern.exec(line)?.[0] ?? "").trim()}": ${message}`,
      })),
  );
}

function hasCommentBeside(lines: string[], index: number): boolean {
  const above = lines[index - 1] ?? "";
  return /\/\/ \S/.test(lines[index] ?? "") || /^\s*(\/\/|\*|\/\*)/.test(above);
}

/** As in `oxlint-disable-next-line rule -- reason` and `@ts-expect-error: reason`. */
function givesReason(lines: string[], index: number): boolean {
  const reason = /((es|ox)lint-disable.* -- \S|@ts-(ignore|expect-error|nocheck)[: -]+\w+ \w)/;
  return reason.test(lines[index] ?? "");
}

function checkLength({ read }: Workspace, file: string): Finding[] {
  const length = read(file).trimEnd().split("\n").length;
  if (length <= LONGEST_SOURCE || isData(file)) return [];
  const message = `${String(length)} lines: past ${String(LONGEST_SOURCE)}, split off what stands alone`;
  return [{ file, line: LONGEST_SOURCE + 1, message }];
}

/** Tables, not code. */
function isData(file: string): boolean {
  return /\/data\/|[.-]data\.ts$/.test(file);
}
