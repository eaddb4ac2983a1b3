import { isBuiltin } from "node:module";
import ts from "typescript";
import { importsOf, isRelative, lineOf, parse, resolveRelative } from "../modules.ts";
import type { Finding, Rule } from "../rule.ts";
import type { Package, Workspace } from "../workspace.ts";

/** Where Node's own modules belong: subpaths named for what they need, and programs. */
const NAMED_PLACES = [
  /^packages\/[^/]+\/src\/node(\/|\.ts$)/,
  /^packages\/testing\/src\/replay(\/|\.ts$)/,
  /^packages\/resume\/src\/sqlite(\/|\.ts$)/,
  /^packages\/cli\/src\//,
];

/** Names of Node, and of CommonJS, that browsers and workers do not have. */
const HOST_NAMES = new Set([
  "Buffer",
  "process",
  "global",
  "require",
  "module",
  "__dirname",
  "__filename",
  "setImmediate",
  "clearImmediate",
]);

export const hostImports: Rule = {
  statement: "Nothing comes from Node outside a subpath named for it",
  check: (workspace) =>
    workspace.packages.flatMap((own) =>
      own.sources.filter((file) => !isNamed(file)).flatMap((file) => check(workspace, own, file)),
    ),
};

function isNamed(file: string): boolean {
  return NAMED_PLACES.some((place) => place.test(file));
}

function check({ read }: Workspace, own: Package, file: string): Finding[] {
  const text = read(file);
  const findings: Finding[] = importsOf(text).flatMap(({ specifier, line }) => {
    if (isBuiltin(specifier)) {
      const message = `"${specifier}" is Node's alone: use the web platform, or a subpath /node`;
      return [{ file, line, message }];
    }
    const target = isRelative(specifier) ? resolveRelative(file, specifier) : undefined;
    if (target !== undefined && own.sources.includes(target) && isNamed(target)) {
      return [{ file, line, message: `"${specifier}" brings Node in: keep it in its subpath` }];
    }
    return [];
  });
  return [...findings, ...hostNames(parse(file, text))];
}

/** Host names that a module uses without declaring them. */
function hostNames(source: ts.SourceFile): Finding[] {
  const used: ts.Identifier[] = [];
  const declared = new Set<string>();
  function visit(node: ts.Node): void {
    if (ts.isIdentifier(node) && HOST_NAMES.has(node.text)) {
      if (isDeclaration(node)) declared.add(node.text);
      else if (!isMember(node)) used.push(node);
    }
    ts.forEachChild(node, visit);
  }
  visit(source);
  return used
    .filter(({ text }) => !declared.has(text))
    .map((node) => ({
      file: source.fileName,
      line: lineOf(node),
      message: `\`${node.text}\` is Node's alone: use the web platform, or a subpath /node`,
    }));
}

function isDeclaration({ parent, text }: ts.Identifier): boolean {
  return (
    (ts.isVariableDeclaration(parent) ||
      ts.isParameter(parent) ||
      ts.isFunctionDeclaration(parent) ||
      ts.isBindingElement(parent) ||
      ts.isImportSpecifier(parent)) &&
    parent.name !== undefined &&
    ts.isIdentifier(parent.name) &&
    parent.name.text === text
  );
}

/** The name of a member: `x.process`, `{ process: 1 }`, `interface { process(): void }`. */
function isMember(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  if (ts.isBindingElement(parent)) return parent.propertyName === node;
  return (
    (ts.isPropertyAssignment(parent) ||
      ts.isPropertySignature(parent) ||
      ts.isPropertyDeclaration(parent) ||
      ts.isMethodSignature(parent) ||
      ts.isMethodDeclaration(parent) ||
      ts.isGetAccessorDeclaration(parent) ||
      ts.isSetAccessorDeclaration(parent)) &&
    parent.name === node
  );
}
