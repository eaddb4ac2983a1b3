import { existsSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, inject, test } from "vitest";
import type { Results } from "./host.ts";
import { allHosts, quickHosts } from "./hosts.ts";
import { renderPage, shapeOf } from "./page.ts";

const PAGE = new URL("../../../docs/runtimes.md", import.meta.url);
const PATIENCE = 300_000; // milliseconds, on a machine that is busy

const isWhole = process.env["MILLRACE_RUNTIMES"] === "all";
const hosts = isWhole ? allHosts : quickHosts;
const results = new Map<string, Results>();

describe.each(hosts)("$name", (host) => {
  const isMissing = !existsSync(host.program);
  if (isMissing) console.warn(`${host.name} is NOT tested: see tests/runtimes/README.md.`);

  beforeAll(async () => {
    if (!isMissing) results.set(host.name, await host.run(inject("installed")));
  }, PATIENCE);

  test.skipIf(isMissing).each(host.cases)("%s", (name) => {
    expect(results.get(host.name)![name]).toBe("");
  });
});

describe("the page of the docs", () => {
  if (isWhole && hosts.every(({ program }) => existsSync(program))) {
    test("says what holds", async () => {
      await expect(await renderPage(results)).toMatchFileSnapshot(PAGE.pathname);
    });
    return;
  }
  if (isWhole) console.warn("What the page of runtimes says is NOT tested: one is missing.");

  test("names every runtime and every case", async () => {
    const all = allHosts.map(({ name, cases }): [string, Results] => [
      name,
      Object.fromEntries(cases.map((one) => [one, ""])),
    ]);
    const page = readFileSync(PAGE, "utf8");
    expect(shapeOf(page)).toBe(shapeOf(await renderPage(new Map(all))));
  });
});
