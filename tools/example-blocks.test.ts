import { expect, test } from "vitest";
import { blocksOf } from "./example-blocks.ts";

test("Blocks of a page are found, with the line of their code", () => {
  const page = ["# Page", "```ts", "a;", "", "b;", "```", "```sh", "ls", "```"].join("\n");
  expect(blocksOf("README.md", page)).toEqual([
    { file: "README.md", line: 3, code: "a;\n\nb;", mode: "run" },
  ]);
});

test("Blocks of a doc comment lose their margin", () => {
  const module = [
    "/**",
    " * @example",
    " * ```ts",
    " * if (a) {",
    " *   b;",
    " * }",
    " * ```",
    " */",
  ];
  expect(blocksOf("map.ts", module.join("\n"))).toEqual([
    { file: "map.ts", line: 4, code: "if (a) {\n  b;\n}", mode: "run" },
  ]);
});

test("A word behind the language says how far a block is checked", () => {
  const fences = ["ts no-run", "ts ignore", "js", "typescript", "json", "ts"];
  const page = fences.map((info) => `\`\`\`${info}\na;\n\`\`\``).join("\n");
  expect(blocksOf("docs/a.md", page).map(({ mode }) => mode)).toEqual([
    "no-run",
    "ignore",
    "foreign",
    "foreign",
    "run",
  ]);
});

test("A block that names a file is an excerpt of it, in any language", () => {
  const page = "```vue file=../examples/chat.vue\n<template />\n```\n";
  expect(blocksOf("docs/a.md", page)).toEqual([
    {
      file: "docs/a.md",
      line: 2,
      code: "<template />",
      mode: "excerpt",
      source: "../examples/chat.vue",
    },
  ]);
});

test("A block inside a longer fence, or in a test, is none", () => {
  expect(blocksOf("docs/a.md", "````md\n```ts\na;\n```\n````\n")).toEqual([]);
  expect(blocksOf("a.test.ts", " * ```ts\n * a;\n * ```\n")).toEqual([]);
});
