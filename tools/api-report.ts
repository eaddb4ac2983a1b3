import ts from "typescript";
import { isRelative, parse, resolveRelative } from "./modules.ts";
import { declarationsOf, publicNames, type PublicName } from "./public-names.ts";
import type { Package, Workspace } from "./workspace.ts";

/** Where the report of a package is kept. */
export function reportFile({ folder }: Package): string {
  return `${folder}/api.md`;
}

/** The public interface of a package: every exported declaration, without bodies and comments. */
export function apiReport(workspace: Workspace, { name, entries }: Package): string {
  const open = openDeclarations(workspace);
  const parts = entries
    .filter(({ source }) => workspace.has(source))
    .map(({ specifier, source }) => reportEntry(specifier, publicNames(source, open), open));
  const head = `# The public interface of ${name}\n\nWritten by \`npm run api\`; what changes here changes for users.\n`;
  return [head, ...parts].join("\n");
}

type Open = (file: string) => ts.SourceFile;

/** Gives a module as the declarations that TypeScript makes of it. Isolated: file by file. */
function openDeclarations({ has, read }: Workspace): Open {
  const opened = new Map<string, ts.SourceFile>();
  return (file) => {
    let source = opened.get(file);
    if (source === undefined) {
      const text = has(file) ? read(file) : "";
      const { outputText } = ts.transpileDeclaration(text, {
        fileName: file,
        compilerOptions: { removeComments: true, target: ts.ScriptTarget.ES2022 },
      });
      source = parse(file, outputText);
      opened.set(file, source);
    }
    return source;
  };
}

function reportEntry(specifier: string, names: PublicName[], open: Open): string {
  const sorted = [...names].sort((a, b) => (a.name < b.name ? -1 : 1));
  const lines = sorted.map(reportName);
  const hidden = hiddenDeclarations(sorted, open);
  const sections = [`## ${specifier}\n`, fence(lines)];
  if (hidden.length > 0) sections.push("Not exported, but part of the above:\n", fence(hidden));
  return sections.join("\n");
}

function fence(lines: string[]): string {
  return ["```ts", ...(lines.length === 0 ? ["export {};"] : lines), "```", ""].join("\n");
}

function reportName({ file, name, nodes, typeOnly, from }: PublicName): string {
  const type = typeOnly ? "type " : "";
  if (nodes.length === 0) return `export ${type}{ ${name} } from "${from ?? file}";`;
  const texts = nodes.map((node) => node.getText());
  // The type alone of a class is public, or the name is another one outside.
  const listed = `export ${type}{ ${name} };`;
  const plain = nodes.some(
    (node) => ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node),
  );
  const renamed = !texts.some((text) => new RegExp(`\\b${name.replace("$", "\\$")}\\b`).test(text));
  return [...(renamed || (typeOnly && !plain) ? [listed] : []), ...texts].join("\n");
}

/** The declarations that public ones mention although no entry exports them. */
function hiddenDeclarations(names: PublicName[], open: Open): string[] {
  const seen = new Set(names.flatMap(({ nodes }) => nodes));
  const queue = [...seen];
  const hidden: ts.Statement[] = [];
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    for (const other of mentioned(node, open)) {
      if (seen.has(other)) continue;
      seen.add(other);
      queue.push(other);
      hidden.push(other);
    }
  }
  return hidden.map((node) => node.getText()).sort();
}

function mentioned(node: ts.Statement, open: Open): ts.Statement[] {
  const source = node.getSourceFile();
  const found: ts.Statement[] = [];
  function visit(child: ts.Node): void {
    if (ts.isTypeReferenceNode(child) || ts.isExpressionWithTypeArguments(child)) {
      const name = ts.isTypeReferenceNode(child) ? child.typeName : child.expression;
      if (ts.isIdentifier(name)) found.push(...lookUp(source, name.text, open));
    } else if (ts.isTypeQueryNode(child) && ts.isIdentifier(child.exprName)) {
      found.push(...lookUp(source, child.exprName.text, open));
    }
    ts.forEachChild(child, visit);
  }
  visit(node);
  return found;
}

/** What a name means in a module: its own declaration, or that of a neighbour it imports. */
function lookUp(source: ts.SourceFile, name: string, open: Open): ts.Statement[] {
  const own = declarationsOf(source, name);
  if (own.length > 0) return own;
  for (const statement of source.statements) {
    if (!ts.isImportDeclaration(statement)) continue;
    const from = statement.moduleSpecifier;
    const bindings = statement.importClause?.namedBindings;
    if (!ts.isStringLiteral(from) || !isRelative(from.text)) continue;
    if (bindings === undefined || !ts.isNamedImports(bindings)) continue;
    const element = bindings.elements.find((other) => other.name.text === name);
    if (element === undefined) continue;
    const inner = element.propertyName?.text ?? name;
    const target = resolveRelative(source.fileName, from.text);
    return publicNames(target, open).find((other) => other.name === inner)?.nodes ?? [];
  }
  return [];
}
