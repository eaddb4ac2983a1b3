import { expect, test } from "vitest";
import { core, findings } from "../fixture.ts";
import { documented } from "./documented.ts";

test("A public function has an example, on any of its overloads", async () => {
  const workspace = core({
    "index.ts": `export { twice, type Emit } from "./twice.ts";`,
    "twice.ts": [
      "export type Emit = () => void;",
      "/**\n * Twice.\n * @example\n * twice();\n */",
      "export function twice(): void;",
      "export function twice(count?: number): void {}",
      "export function inner(): void {}",
    ].join("\n"),
  });
  expect(await findings(documented, workspace)).toEqual([]);
});

test("One without is found, also behind another name", async () => {
  const workspace = core({
    "index.ts": `export { once as twice } from "./twice.ts";`,
    "twice.ts": "\n/** Twice. */\nexport function once(): void {}",
  });
  expect(await findings(documented, workspace)).toEqual([
    "packages/core/src/twice.ts:3: twice() is public: show it at work in an @example",
  ]);
});
