import { posix } from "node:path";
import ts from "typescript";

/** One `import` or `export … from`, static, dynamic or of types only. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
}

export function importsOf(text: string): Import[] {
  return ts
    .preProcessFile(text)
    .importedFiles.map(({ fileName, pos }) => ({ specifier: fileName, line: lineAt(text, pos) }));
}

export function isRelative(specifier: string): boolean {
  return specifier.startsWith(".");
}

/** The file that a relative specifier means. */
export function resolveRelative(file: string, specifier: string): string {
  return posix.join(posix.dirname(file), specifier);
}

/** As in `@millrace/testing` of `@millrace/testing/replay`. */
export function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

export function parse(file: string, text: string): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
}

/** The line, from 1, of a position in a text. */
export function lineAt(text: string, position: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < position; at = text.indexOf("\n", at + 1)) {
    line++;
  }
  return line;
}

export function lineOf(node: ts.Node): number {
  const source = node.getSourceFile();
  return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
}
