import { expect, test } from "vitest";
import { core, findings, repository } from "../fixture.ts";
import { text } from "./text.ts";

test("Leftovers are found", async () => {
  const workspace = core({ "a.ts": "// TODO: later\nconst a = 1; // FIXME\n" });
  expect(await findings(text, workspace)).toEqual([
    'packages/core/src/a.ts:1: "TODO": finish it, or open an issue',
    'packages/core/src/a.ts:2: "FIXME": finish it, or open an issue',
  ]);
});

test("A test that does not run needs a reason", async () => {
  const workspace = core({
    "a.test.ts": [
      `test.skip("loses", () => {});`,
      `describe.only("alone", () => {});`,
      "// The browser of this machine has no tabs.",
      `test.skip("draws", () => {});`,
      `test.skipIf(noBrowser)("draws", () => {});`,
      `test("skips nothing", () => machine.skip());`,
    ].join("\n"),
  });
  expect(await findings(text, workspace)).toEqual([
    expect.stringContaining('a.test.ts:1: "test.skip"'),
    expect.stringContaining('a.test.ts:2: "describe.only"'),
  ]);
});

test("A rule that is switched off needs a reason", async () => {
  const workspace = core({
    "a.ts": [
      "// oxlint-disable-next-line no-console",
      "// oxlint-disable-next-line no-console -- a program prints",
      "// @ts-ignore",
      "// @ts-expect-error: the library lies about null",
    ].join("\n"),
  });
  expect(await findings(text, workspace)).toEqual([
    expect.stringContaining('a.ts:1: "oxlint-disable"'),
    expect.stringContaining('a.ts:3: "@ts-ignore"'),
  ]);
});

test("Paths of one machine and dates of one day are found", async () => {
  const workspace = repository({
    "README.md": "Written 2031-02-03 in `/work/main`.\nModel gpt-4o-2031-02-03 of `2031-02-03`.",
    "bench/run.ts": `readFileSync("/home/me/data");\nfetch("https://example.com/work/a");`,
  });
  expect(await findings(text, workspace)).toEqual([
    expect.stringContaining('README.md:1: "`/work/m": a path of one machine'),
    expect.stringContaining('README.md:1: "2031-02-03": a date ages'),
    expect.stringContaining('bench/run.ts:1: ""/home/m": a path of one machine'),
  ]);
});

test("Names that say nothing are found", async () => {
  const workspace = core({ "a.ts": "class StreamManager {}\nexport type ManagerOf = string;" });
  expect(await findings(text, workspace)).toEqual([
    'packages/core/src/a.ts:1: "class StreamManager": says nothing: name it by what it is or does',
  ]);
});

test("A long source is found, a long test or table is not", async () => {
  const long = "export {};\n".repeat(301);
  const workspace = core({ "a.ts": long, "a.test.ts": long, "a-data.ts": long });
  expect(await findings(text, workspace)).toEqual([
    expect.stringContaining("packages/core/src/a.ts:301: 301 lines"),
  ]);
});

test("An action is pinned by the commit of a version", async () => {
  const workflow = (uses: string) =>
    repository({ ".github/workflows/ci.yml": `steps:\n  - uses: ${uses}\n` });
  const commit = "08c6903cd8c0fde910a37f88322edcfb5dd907a8";
  for (const uses of [`actions/checkout@${commit} # v5.0.0`, "./.github/actions/own"]) {
    expect(await findings(text, workflow(uses))).toEqual([]);
  }
  for (const uses of ["actions/checkout@v5", `actions/checkout@${commit}`]) {
    expect(await findings(text, workflow(uses))).toEqual([
      expect.stringContaining('ci.yml:2: "uses:": a tag can be moved'),
    ]);
  }
});
