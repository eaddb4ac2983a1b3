import ts from "typescript";
import { isRelative, resolveRelative } from "./modules.ts";

/** A name that a module exports, with what declares it. */
export interface PublicName {
  readonly name: string;
  /** The module that declares it. */
  readonly file: string;
  /** Its declarations: several for a function with overloads, none for one from elsewhere. */
  readonly nodes: ts.Statement[];
  /** `export type { … }`: a class or function of which only the type is public. */
  readonly typeOnly: boolean;
  /** The package that a name from elsewhere comes from. */
  readonly from?: string;
}

/** The names that a module exports, followed through the modules it lists. */
export function publicNames(file: string, open: (file: string) => ts.SourceFile): PublicName[] {
  const found = new Map<string, PublicName>();

  function add(name: PublicName): void {
    const known = found.get(name.name);
    if (known === undefined) found.set(name.name, name);
    else known.nodes.push(...name.nodes);
  }

  const source = open(file);
  for (const statement of source.statements) {
    if (ts.isExportDeclaration(statement)) {
      for (const name of listedNames(source, statement, open)) add(name);
    } else if (isExported(statement)) {
      for (const name of declaredNames(statement)) {
        add({ name, file, nodes: [statement], typeOnly: false });
      }
    }
  }
  return [...found.values()];
}

/** The names of `export { a, type B as C } from "./x.ts"`, and of its variants. */
function listedNames(
  source: ts.SourceFile,
  { exportClause, isTypeOnly, moduleSpecifier }: ts.ExportDeclaration,
  open: (file: string) => ts.SourceFile,
): PublicName[] {
  const file = source.fileName;
  const from =
    moduleSpecifier !== undefined && ts.isStringLiteral(moduleSpecifier)
      ? moduleSpecifier.text
      : undefined;
  const target = from === undefined || !isRelative(from) ? undefined : resolveRelative(file, from);
  if (exportClause === undefined) return target === undefined ? [] : publicNames(target, open);
  if (ts.isNamespaceExport(exportClause)) {
    return [{ name: exportClause.name.text, file, nodes: [], typeOnly: isTypeOnly, from: from! }];
  }
  return exportClause.elements.flatMap((element): PublicName[] => {
    const name = element.name.text;
    const inner = element.propertyName?.text ?? name;
    const typeOnly = isTypeOnly || element.isTypeOnly;
    if (from !== undefined && target === undefined)
      return [{ name, file, nodes: [], typeOnly, from }];
    if (target === undefined) {
      return [{ name, file, nodes: declarationsOf(source, inner), typeOnly }];
    }
    return publicNames(target, open)
      .filter((other) => other.name === inner)
      .map((other) => ({ ...other, name, typeOnly: typeOnly || other.typeOnly }));
  });
}

export function declarationsOf(source: ts.SourceFile, name: string): ts.Statement[] {
  return source.statements.filter((statement) => declaredNames(statement).includes(name));
}

function declaredNames(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  }
  if (
    ts.isFunctionDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isEnumDeclaration(statement) ||
    ts.isModuleDeclaration(statement)
  ) {
    return [statement.name?.text ?? "default"];
  }
  return [];
}

function isExported(statement: ts.Statement): boolean {
  return (
    ts.canHaveModifiers(statement) &&
    ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true
  );
}
