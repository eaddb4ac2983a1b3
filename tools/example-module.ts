import ts from "typescript";
import type { ExampleBlock } from "./example-blocks.ts";
import { parse } from "./modules.ts";
import type { Finding } from "./rule.ts";

/** What the code of an example promises of its own results. */
const CLAIM = /\/\/ =>\s?/;

/**
 * Turns an example into a module that checks what it claims, with every statement on the line that
 * it has in its file, so that an error points there.
 *
 * - `expression; // => value` compares the value, awaited.
 * - `const name = …; // => value` compares the variable.
 * - `console.log(…); // => a, b` compares all that this statement logs, when the example is over.
 *
 * A value is any expression. It may stand on the line below, and go on there as comments.
 *
 * @param checks what the module imports its checks from
 */
export function toModule(
  example: ExampleBlock,
  checks: string,
): { code: string; findings: Finding[] } {
  const { code, file, line, mode } = example;
  const head = `import * as $checks from ${JSON.stringify(checks)};`;
  const padding = "\n".repeat(line - 1);
  if (mode === "no-run") return { code: `export {};${padding}${code}\n`, findings: [] };

  const { claims, findings } = findClaims(example);
  const edits = claims.map((claim) => toEdit(claim, `${file}:${String(claim.line)}`));
  const places = claims.map((claim) => `${file}:${String(claim.line)}`);
  const afterwards = [
    ...edits.map(({ last }) => last).filter((text) => text !== ""),
    `$checks.reached(${JSON.stringify(places)});`,
  ];
  return {
    code: [head + padding + applyEdits(code, edits), ...afterwards, ""].join("\n"),
    findings,
  };
}

interface Claim {
  readonly statement: ts.Statement;
  readonly line: number;
  /** The source of the expected value, or of several, separated by commas. */
  readonly expected: string;
}

function findClaims({ code, file, line }: ExampleBlock): { claims: Claim[]; findings: Finding[] } {
  const claims: Claim[] = [];
  const findings: Finding[] = [];
  const claimed = new Set<number>(); // lines of the claims that belong to a statement
  const lineAt = (position: number) => code.slice(0, position).split("\n").length - 1;

  function visit(node: ts.Node): void {
    if (ts.isExpressionStatement(node) || ts.isVariableStatement(node)) {
      const comments = commentsAfter(code, node.end);
      const [first] = comments;
      if (first !== undefined && CLAIM.test(first.text)) {
        claimed.add(lineAt(first.position));
        const expected = readExpected(comments.map(({ text }) => text));
        if (expected !== undefined)
          claims.push({ statement: node, line: line + lineAt(node.end), expected });
        else {
          const message = `what stands behind // => must be an expression: ${first.text}`;
          findings.push({ file, line: line + lineAt(first.position), message });
        }
      }
    }
    ts.forEachChild(node, visit);
  }

  visit(parse("example.ts", code));
  code.split("\n").forEach((text, index) => {
    if (!CLAIM.test(text) || claimed.has(index)) return;
    const message = "this // => follows no expression statement and no variable: nothing checks it";
    findings.push({ file, line: line + index, message });
  });
  return { claims, findings };
}

/** The comments behind a statement and on the lines below it. */
function commentsAfter(code: string, end: number): { text: string; position: number }[] {
  return [
    ...(ts.getTrailingCommentRanges(code, end) ?? []),
    ...(ts.getLeadingCommentRanges(code, end) ?? []),
  ].map(({ pos, end: to }) => ({ text: code.slice(pos, to), position: pos }));
}

/** The value that the comments spell: as many of them as make an expression. */
function readExpected(comments: string[]): string | undefined {
  let expected = "";
  for (const [index, comment] of comments.entries()) {
    expected += `${comment.replace(index === 0 ? CLAIM : /^\/\/ ?/, "")} `;
    if (isExpression(`[${expected}]`)) return expected.trim();
  }
  return undefined;
}

function isExpression(text: string): boolean {
  const { diagnostics } = ts.transpileModule(`(${text});`, { reportDiagnostics: true });
  return diagnostics?.length === 0;
}

interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  /** A line for the end of the module. */
  readonly last: string;
}

function toEdit({ statement, expected }: Claim, place: string): Edit {
  const where = JSON.stringify(place);
  const from = statement.getStart();
  if (ts.isVariableStatement(statement)) {
    const names = statement.declarationList.declarations.map(({ name }) => name.getText());
    // A pattern is compared as the object, or the array, that it takes apart.
    const value = names.length === 1 ? `(${names.join()})` : `[${names.join()}]`;
    const wanted = names.length === 1 ? `(${expected})` : `[${expected}]`;
    const check = ` $checks.equal(${where}, ${value}, ${wanted});`;
    return { from: statement.end, to: statement.end, text: check, last: "" };
  }
  const { expression } = statement as ts.ExpressionStatement;
  if (ts.isCallExpression(expression) && expression.expression.getText() === "console.log") {
    const text = `$checks.logged(${where})`;
    const last = `$checks.equal(${where}, $checks.logs(${where}), [${expected}]);`;
    return { from, to: expression.expression.end, text, last };
  }
  const awaited = mayAwait(statement) ? "await " : "";
  const text = `$checks.equal(${where}, ${awaited}(${expression.getText()}), (${expected}));`;
  return { from, to: statement.end, text, last: "" };
}

/** At the top of a module, or in an async function. */
function mayAwait(node: ts.Node): boolean {
  for (let outer = node.parent; !ts.isSourceFile(outer); outer = outer.parent) {
    if (!ts.isFunctionLike(outer)) continue;
    return (
      ts.canHaveModifiers(outer) &&
      ts.getModifiers(outer)?.some(({ kind }) => kind === ts.SyntaxKind.AsyncKeyword) === true
    );
  }
  return true;
}

function applyEdits(code: string, edits: Edit[]): string {
  return [...edits]
    .sort((a, b) => b.from - a.from)
    .reduce((text, { from, to, text: put }) => text.slice(0, from) + put + text.slice(to), code);
}
