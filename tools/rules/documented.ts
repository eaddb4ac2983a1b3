import ts from "typescript";
import { lineOf, parse } from "../modules.ts";
import { publicNames } from "../public-names.ts";
import type { Rule } from "../rule.ts";

export const documented: Rule = {
  statement: "Every public function shows itself at work in an @example",
  check: ({ has, packages, read }) =>
    packages
      .flatMap(({ entries }) => entries)
      .filter(({ source }) => has(source))
      .flatMap(({ source }) =>
        publicNames(source, (file) => parse(file, has(file) ? read(file) : "")),
      )
      .filter(({ nodes, typeOnly }) => !typeOnly && nodes.some(ts.isFunctionDeclaration))
      .filter(({ nodes }) => !nodes.some(hasExample))
      .map(({ file, name, nodes: [first] }) => ({
        file,
        line: first === undefined ? undefined : lineOf(first),
        message: `${name}() is public: show it at work in an @example`,
      })),
};

function hasExample(node: ts.Node): boolean {
  return ts.getJSDocTags(node).some(({ tagName }) => tagName.text === "example");
}
