import { expect, test } from "vitest";
import { toModule } from "./example-module.ts";
import { formatFinding } from "./rule.ts";

/** The module of an example whose code begins in line 3 of a page. */
function moduleOf(code: string, mode: "run" | "no-run" = "run"): string[] {
  return toModule({ file: "a.md", line: 3, code, mode }, "../checks.ts").code.split("\n");
}

function problems(code: string): string[] {
  return toModule({ file: "a.md", line: 3, code, mode: "run" }, "").findings.map(formatFinding);
}

test("Every statement keeps its line", () => {
  expect(moduleOf('import "x";\n\nf(1); // => 2').slice(0, 5)).toEqual([
    'import * as $checks from "../checks.ts";',
    "",
    'import "x";',
    "",
    '$checks.equal("a.md:5", await (f(1)), (2)); // => 2',
  ]);
});

test("A variable is compared behind its statement", () => {
  expect(moduleOf("const a = f(); // => [1]")[2]).toBe(
    'const a = f(); $checks.equal("a.md:3", (a), ([1])); // => [1]',
  );
});

test("What a statement logs is compared when all is over", () => {
  expect(moduleOf("for (const a of b) console.log(a); // => 1, 2").slice(2)).toEqual([
    'for (const a of b) $checks.logged("a.md:3")(a); // => 1, 2',
    '$checks.equal("a.md:3", $checks.logs("a.md:3"), [1, 2]);',
    '$checks.reached(["a.md:3"]);',
    "",
  ]);
});

test("A value may stand below its statement, over several lines", () => {
  const code = "f();\n// => {\n//   a: 1,\n// }\n// A remark.";
  expect(moduleOf(code)[2]).toBe('$checks.equal("a.md:3", await (f()), ({   a: 1, }));');
});

test("Only where it may wait, it waits", () => {
  const [, , line] = moduleOf("g(() => {\n  f(); // => 1\n});");
  expect(line).toBe("g(() => {");
  expect(moduleOf("g(() => {\n  f(); // => 1\n});")[3]).toContain('"a.md:4", (f())');
  expect(moduleOf("g(async () => {\n  f(); // => 1\n});")[3]).toContain('"a.md:4", await (f())');
});

test("An example that is not run keeps its text", () => {
  expect(moduleOf("f(1); // => 2", "no-run").slice(2)).toEqual(["f(1); // => 2", ""]);
});

test("A claim that cannot be checked is found", () => {
  expect(problems("f(); // => prints the words")).toEqual([
    expect.stringContaining("a.md:3: what stands behind // => must be an expression"),
  ]);
  expect(problems("if (a) {\n} // => 1")).toEqual([
    expect.stringContaining("a.md:4: this // => follows no expression statement"),
  ]);
});
