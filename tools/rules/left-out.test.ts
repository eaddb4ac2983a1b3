import { expect, test } from "vitest";
import { findings, repository } from "../fixture.ts";
import { leftOut } from "./left-out.ts";

test("A script with tests that neither npm test nor CI runs is found", async () => {
  const scripts = {
    test: "vitest run src",
    dev: "vitest",
    e2e: "vitest run",
    runtimes: "RUNTIMES=all vitest run src/runtimes.test.ts",
    "runtimes:new": "vitest run src/new.test.ts",
    crash: "CRASHES=500 vitest run src/crash.test.ts",
    soak: "vitest run src/soak.test.ts",
  };
  const workspace = repository({
    "tests/whole/package.json": JSON.stringify({ scripts }),
    ".ci/run":
      'for script in installs runtimes; do npm run "$script"; done\nnpm run e2e # no soak\n',
    ".github/workflows/nightly.yml": "run: npm run crash\n",
  });
  expect(await findings(leftOut, workspace)).toEqual(
    ["runtimes:new", "soak"].map(
      (name) => `tests/whole/package.json: nobody runs "${name}": name it in .ci/run`,
    ),
  );
});
