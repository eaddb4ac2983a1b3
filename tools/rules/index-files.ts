import { posix } from "node:path";
import ts from "typescript";
import { importsOf, isRelative, lineOf, parse, resolveRelative } from "../modules.ts";
import type { Finding, Rule } from "../rule.ts";
import type { Package, Workspace } from "../workspace.ts";

export const indexFiles: Rule = {
  statement: "Every index.ts lists its folder: explicit names, no logic, every stage",
  check: (workspace) =>
    workspace.packages.flatMap((own) =>
      own.sources
        .filter((file) => posix.basename(file) === "index.ts")
        .flatMap((file) => checkIndex(workspace, own, file)),
    ),
};

function checkIndex({ read }: Workspace, own: Package, file: string): Finding[] {
  const text = read(file);
  const findings: Finding[] = [];
  for (const statement of parse(file, text).statements) {
    if (isEmpty(statement)) continue;
    if (!ts.isExportDeclaration(statement) || statement.moduleSpecifier === undefined) {
      const message = "an index is a table of contents: move this into a file of its own";
      findings.push({ file, line: lineOf(statement), message });
    } else if (statement.exportClause === undefined) {
      const message = "`export *` hides what is public: list the names";
      findings.push({ file, line: lineOf(statement), message });
    }
  }
  const listed = new Set(
    importsOf(text)
      .filter(({ specifier }) => isRelative(specifier))
      .map(({ specifier }) => resolveRelative(file, specifier)),
  );
  for (const sibling of own.sources) {
    if (posix.dirname(sibling) !== posix.dirname(file) || listed.has(sibling)) continue;
    const documented = documentedFunction(sibling, read(sibling));
    // A file that is an entry of its own is public already.
    if (documented === undefined || own.entries.some(({ source }) => source === sibling)) continue;
    findings.push({
      file,
      message: `does not list ./${posix.basename(sibling)}, which documents ${documented}()`,
    });
  }
  return findings;
}

/** `export {}`: the contents of a folder that holds nothing public yet. */
function isEmpty(statement: ts.Statement): boolean {
  return statement.getText() === "export {};";
}

/** The first exported function with an example: what makes a module a public one. */
function documentedFunction(file: string, text: string): string | undefined {
  return parse(file, text)
    .statements.filter(ts.isFunctionDeclaration)
    .find((statement) => isExported(statement) && hasExample(statement))?.name?.text;
}

function isExported(statement: ts.FunctionDeclaration): boolean {
  return statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true;
}

function hasExample(statement: ts.FunctionDeclaration): boolean {
  return ts.getJSDocTags(statement).some(({ tagName }) => tagName.text === "example");
}
