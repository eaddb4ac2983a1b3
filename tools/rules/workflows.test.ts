import { expect, test } from "vitest";
import { findings, repository } from "../fixture.ts";
import { workflows } from "./workflows.ts";

test("A workflow that GitHub would not run is found", async () => {
  const lines = [
    "on: push",
    "jobs:",
    "  checks:",
    "    runs-on: ubuntu-latest",
    "    container: node:${{ matrixx.node }}",
    "    steps:",
    "      - runs: npm test",
  ];
  const file = ".github/workflows/ci.yml";
  expect(await findings(workflows, repository({ [file]: lines.join("\n") }))).toEqual([
    `${file}:5: Unrecognized named-value: 'matrixx'`,
    `${file}:7: Unexpected value 'runs'`,
    expect.stringMatching(/^\S+ci\.yml:7: .* Add one of these properties: .*\brun,/),
  ]);
});

test("A workflow that GitHub would run passes", async () => {
  const text =
    "on: push\njobs:\n  checks:\n    runs-on: ubuntu-latest\n    steps:\n      - run: npm test\n";
  expect(await findings(workflows, repository({ ".github/workflows/ci.yaml": text }))).toEqual([]);
});
