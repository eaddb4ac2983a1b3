import { expect, test } from "vitest";
import { core } from "./fixture.ts";
import { measureSizes } from "./measure-sizes.ts";

test("Sizes are told for an entry and for each of its values alone", async () => {
  const kernel = ["stage", "fuse", "pipe", "run"];
  const workspace = core({
    "index.ts": `export { ${kernel.join()} } from "./kernel.ts";
      export { small, large, type Size } from "./values.ts";`,
    "kernel.ts": kernel.map((name) => `export const ${name} = "${name}";`).join("\n"),
    "values.ts": [
      "export type Size = number;",
      "export const small = 1;",
      `export const large = "${"a b c d e f g h i j k l m n o p q r s t u v w x y z ".repeat(2)}";`,
    ].join("\n"),
  });
  const sizes = await measureSizes(workspace);
  expect(sizes.map(({ specifier, name }) => name ?? specifier)).toEqual([
    "the kernel",
    "@millrace/core",
    ...kernel,
    "small",
    "large",
  ]);
  const of = (name: string) => sizes.find((size) => size.name === name)!;
  expect(of("stage").overKernel).toBe(0);
  expect(of("small").overKernel).toBeGreaterThan(0);
  expect(of("large").overKernel).toBeGreaterThan(of("small").overKernel);
  expect(of("small").minified).toBeLessThan(of("large").minified);
});

test("A peer dependency is the user's, and does not count", async () => {
  const kernel = ["stage", "fuse", "pipe", "run"];
  const modules = {
    "index.ts": `export { ${kernel.join()} } from "./kernel.ts"; export { own } from "./own.ts";`,
    "kernel.ts": kernel.map((name) => `export const ${name} = "${name}";`).join("\n"),
    "own.ts": `import { peer } from "a-peer/inside"; export const own = () => peer();`,
  };
  const sizes = await measureSizes(core(modules, { peerDependencies: { "a-peer": "^1.0.0" } }));
  expect(sizes.find(({ name }) => name === "own")!.minified).toBeLessThan(100);
});
