import { expect, test } from "vitest";
import { findings, repository } from "../fixture.ts";
import { excerpts } from "./excerpts.ts";

const program = 'import a from "a";\n\nfunction go() {\n  a();\n  a();\n}\n';
const page = (code: string) => `# Page\n\n\`\`\`ts file=../examples/go.ts\n${code}\n\`\`\`\n`;
const shown = (code: string) =>
  findings(
    excerpts,
    repository({ "docs/page.md": page(code), "examples/go.ts": program, "README.md": "" }),
  );

test("Whole lines of the program may be shown, with its indentation or without", async () => {
  expect(await shown("a();\na();")).toEqual([]);
  expect(await shown("function go() {\n  a();")).toEqual([]);
});

test("Anything else is found", async () => {
  expect(await shown("a();\nb();")).toEqual([
    "docs/page.md:3: is not in examples/go.ts any more: show what stands there, line by line",
  ]);
  const missing = repository({ "docs/page.md": page("a();") });
  expect(await findings(excerpts, missing)).toEqual([
    "docs/page.md:3: shows examples/go.ts, which does not exist",
  ]);
});

test("A program that the site puts into a page is there", async () => {
  const pageOf = (path: string) => ({ "docs/page.md": `# Page\n\n<<< ${path}\n`, "README.md": "" });
  const there = { ...pageOf("../examples/go.ts"), "examples/go.ts": program };
  expect(await findings(excerpts, repository(there))).toEqual([]);
  expect(await findings(excerpts, repository(pageOf("../examples/gone.ts")))).toEqual([
    "docs/page.md:3: shows examples/gone.ts, which does not exist",
  ]);
});
