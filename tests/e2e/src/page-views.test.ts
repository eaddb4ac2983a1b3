import { answers } from "@millrace/testing/replay";
import { describe, expect, test } from "vitest";
import { isMissing, usePages } from "./page.fixture.ts";

describe.skipIf(isMissing)("the views of the page", () => {
  const visit = usePages();

  test("show all of the tour at once, out of one stream", async () => {
    const { ask, says, panel, complaints } = await visit({ speed: 0, answer: "tour" });
    await ask().click();
    await says("Finished: tool-calls");

    expect(await panel("Reasoning").textContent()).toContain(answers.tour.reasoning.trim());

    const markdown = panel("Markdown");
    await markdown.getByRole("heading", { level: 3, name: "A mill race" }).waitFor();
    expect(await markdown.getByRole("listitem").count()).toBe(3);
    expect(await markdown.locator("strong").textContent()).toBe("running water");
    expect(await markdown.getByRole("cell").allTextContents()).toContain("0.80");

    const code = panel("Code");
    expect(await code.locator("figcaption").allTextContents()).toHaveLength(2);
    expect(await code.locator(".token.keyword").first().textContent()).toBe("const");
    expect(await code.locator("pre").first().textContent()).toContain("does not run uphill");

    const json = panel("JSON");
    expect(await json.textContent()).toContain("complete");
    expect(await json.getByText("kilowatts").count()).toBe(2);

    const tools = panel("Tool calls");
    expect(await tools.locator("figcaption").textContent()).toMatch(/set_sluice\s+complete/);
    expect(await tools.textContent()).toContain('"Enough for both pairs of stones');
    expect(complaints).toEqual([]);
  });

  test("show what is nested beyond reason as text, and what follows it all the same", async () => {
    const text = `${"> ".repeat(1_000)}deep\n\n- [x] A *task*\n`;
    const { ask, says, panel, complaints } = await visit({ speed: 0, answer: { text } });
    await ask().click();
    await says("Finished: stop");
    const markdown = panel("Markdown");
    expect(await markdown.locator("em").textContent()).toBe("task");
    expect(await markdown.getByRole("listitem").last().innerText()).toBe("☑ A task");
    expect(complaints).toEqual([]);
  });

  test("show JSON and the arguments of a call while they grow", async () => {
    const { page, ask, panel } = await visit({ gap: 60, answer: "tools" });
    await ask().click();
    await panel("Tool calls").getByText("save_recipe").waitFor();
    await panel("Tool calls").getByText("growing …").first().waitFor();
    await panel("Tool calls").getByText("title").waitFor();
    await page.keyboard.press("Escape");
  });

  test("show an answer that is JSON and nothing else", async () => {
    const { ask, says, panel } = await visit({
      speed: 0,
      answer: { text: '{"mill":{"wheels":2}}' },
    });
    await ask().click();
    await says("Finished");
    expect(await panel("JSON").locator("figcaption").textContent()).toMatch(/complete/);
    expect(await panel("JSON").textContent()).toContain("wheels");
  });

  test("say what is wrong with JSON that is none, and show the rest", async () => {
    const text = '```json\n{"mill": oops}\n```\nThat is it.';
    const { ask, says, panel } = await visit({ speed: 0, answer: { text } });
    await ask().click();
    await says("Finished");
    expect(await panel("JSON").locator("figcaption").textContent()).toMatch(/broken/);
    expect(await panel("Markdown").textContent()).toContain("That is it.");
  });

  test("take nothing that a model says for HTML, or for a link to a script", async () => {
    const text = [
      "<img src=x onerror=\"document.title='gone'\"> and <b>bold</b>",
      "[run](javascript:alert(1)) and [read](https://example.org/)",
      "```html\n<script>document.title = 'gone'</script>\n```",
    ].join("\n\n");
    const { page, ask, says, panel, complaints } = await visit({ speed: 0, answer: { text } });
    await ask().click();
    await says("Finished");
    expect(await page.title()).toBe("Millrace");
    expect(await panel("Markdown").locator("img, b, script").count()).toBe(0);
    const links = panel("Markdown").getByRole("link");
    expect(await links.count()).toBe(1);
    expect(await links.getAttribute("href")).toBe("https://example.org/");
    expect(complaints).toEqual([]);
  });
});
