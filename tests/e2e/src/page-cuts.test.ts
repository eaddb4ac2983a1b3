import { describe, expect, test } from "vitest";
import { isMissing, usePages } from "./page.fixture.ts";

const TRICKY = "Wörter, 水車 and 🌊: 3.5 t. “Is that all?” It is!\n\n```json\n[1, 2]\n```\n";

describe.skipIf(isMissing)("the cuts of the page", () => {
  const visit = usePages();

  test("change the chunks, and nothing that is read of them", async () => {
    const { page, ask, says, panel } = await visit({ speed: 0, answer: { text: TRICKY } });
    await ask().click();
    await says("Finished");
    await page.getByText("Same output: ✓").waitFor();
    await page.getByText("12 of 12 cuts").waitFor();

    const views = ["Words", "Sentences", "Markdown", "Code", "JSON"];
    const shown = () => Promise.all(views.map((title) => panel(title).textContent()));
    const before = await shown();
    const chunks = Number(await panel("Chunks").locator(".count").textContent());
    for (const size of ["1", "4", "11", "0"]) {
      await page.getByLabel("Chunk size").fill(size);
      await expect.poll(shown).toEqual(before);
    }
    await page.getByLabel("Chunk size").fill("1");
    await panel("Chunks").getByText("before these …").waitFor();
    const pieces = await panel("Chunks").locator(".count").textContent();
    expect(Number(pieces!.replace(",", ""))).toBeGreaterThan(20 * chunks);
    await page.getByText("Same output: ✓").waitFor();
  });

  test("come in between while the answer streams, with jitter", async () => {
    const { page, ask, says, units } = await visit({
      gap: 5,
      answer: { text: "Wörter und 水車. Gut!" },
    });
    await page.getByLabel("Chunk size").fill("7"); // 32 bytes
    await page.getByLabel("Jitter").fill("10");
    await ask().click();
    await says("Finished: stop");
    expect((await units("words")).join("")).toBe("Wörter und 水車. Gut!");
    await page.getByText("Same output: ✓").waitFor();
  });

  test("are turned by the keyboard, and say where they stand", async () => {
    const { page } = await visit();
    const slider = page.getByLabel("Chunk size");
    await slider.focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => slider.getAttribute("aria-valuetext")).toBe("2 bytes each");
  });
});
