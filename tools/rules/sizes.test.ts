import { expect, test } from "vitest";
import { core, findings } from "../fixture.ts";
import { keepTo } from "./sizes.ts";

const KERNEL = ["stage", "fuse", "pipe", "run"];

test("What is larger than its budget is found, and what is not used does not count", async () => {
  const workspace = core({
    "index.ts": `export { ${KERNEL.join()}, small, large } from "./values.ts";`,
    "values.ts": [
      ...KERNEL.map((name) => `export const ${name} = "${name}";`),
      "export const small = 1;",
      `export const large = "${"a b c d e f g h i j k l m n o p q r s t u v w x y z ".repeat(2)}";`,
    ].join("\n"),
  });
  const budget = (name: string, atMost: number) => ({
    imports: { "@millrace/core": [name] },
    atMost,
  });
  expect(await findings(keepTo([budget("small", 200), budget("large", 500)]), workspace)).toEqual(
    [],
  );
  const [found, ...others] = await findings(
    keepTo([budget("small", 200), budget("large", 120)]),
    workspace,
  );
  expect(found).toMatch(/^tools\/size-budgets\.ts: large weigh \d+ bytes with the kernel, not 120/);
  expect(others).toEqual([]);
});
