import axe from "axe-core";
import { describe, expect, test } from "vitest";
import { isMissing, usePages, type Visit } from "./page.fixture.ts";

const PHONE = { width: 375, height: 740 };
const DESKTOP = { width: 1440, height: 900 };
/** Each theme and each width once; the long run has the other pairs, too. */
const WAYS_TO_SEE = [
  { columns: 1, viewport: PHONE, colorScheme: "light" },
  { columns: 3, viewport: DESKTOP, colorScheme: "dark" },
  ...(process.env["MILLRACE_LONG"] === "1"
    ? ([
        { columns: 1, viewport: PHONE, colorScheme: "dark" },
        { columns: 3, viewport: DESKTOP, colorScheme: "light" },
      ] as const)
    : []),
] as const;

describe.skipIf(isMissing)("everybody can use the page", () => {
  const visit = usePages();

  /** What axe has to say; it is run by the debugger's protocol, which the page's policy does not bind. */
  async function mistakes({ page }: Visit): Promise<string[]> {
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate<axe.AxeResults>("axe.run()");
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`);
  }

  async function expectToFit({ page }: Visit, columns: number): Promise<void> {
    const overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth");
    expect(overflow).toBeLessThanOrEqual(0);
    const lefts = await page
      .locator(".views > .panel")
      .evaluateAll((panels) => panels.map((panel) => panel.getBoundingClientRect().x));
    expect(new Set(lefts).size).toBe(columns);
  }

  test.each(WAYS_TO_SEE)(
    "idle, after an answer and after a failure, in $columns columns, $colorScheme",
    async ({ columns, viewport, colorScheme }) => {
      const opened = await visit({ speed: 0, answer: "tour" }, { colorScheme, viewport });
      await opened.ask().waitFor();
      expect(await mistakes(opened)).toEqual([]);
      await opened.ask().click();
      await opened.says("Finished");
      await opened.page.getByText("12 of 12 cuts").waitFor();
      await expectToFit(opened, columns);
      expect(await mistakes(opened)).toEqual([]);
      await opened.upstream.close();
      await opened.ask().click();
      await opened.says("Failed.");
      expect(await mistakes(opened)).toEqual([]);
    },
  );

  test("the theme is the system's until another one is chosen, which is kept", async () => {
    const { page } = await visit({}, { colorScheme: "light" });
    const ground = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
    const light = await ground();
    await page.emulateMedia({ colorScheme: "dark" });
    const dark = await ground();
    expect(dark).not.toBe(light);
    await page.getByLabel("Theme").selectOption("light");
    expect(await ground()).toBe(light);
    await page.reload();
    await page.getByLabel("Theme").waitFor();
    expect(await ground()).toBe(light);
  });

  test("nothing moves for those who do not want it", async () => {
    const { page, ask, says } = await visit({ gap: 50 }, { reducedMotion: "reduce" });
    await ask().click();
    await says("Streaming");
    const moving = "document.getAnimations().length";
    expect(await page.evaluate(moving)).toBe(0);
  });

  test("a screen reader hears of each change of state once, and of no token", async () => {
    const { page, ask, says } = await visit({ gap: 20 });
    await page.evaluate(`
      heard = [];
      const status = document.querySelector("[role=status]");
      new MutationObserver(() => heard.push(status.textContent.trim())).observe(status, {
        characterData: true, childList: true, subtree: true,
      });
    `);
    await ask().click();
    await says("Finished");
    const heard = await page.evaluate<string[]>("heard");
    expect([...new Set(heard)]).toEqual([
      "Waiting for the first token …",
      "Streaming …",
      expect.stringContaining("Finished: stop"),
    ]);
    expect(heard.length).toBeLessThanOrEqual(4);
    expect(await page.locator("[aria-live], [role=log]").count()).toBe(0);
  });
});
