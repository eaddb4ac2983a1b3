import { describe, expect, test } from "vitest";
import { missingBrowser } from "../../browser/src/browser.ts";
import { isMissing, SECOND, SENTENCES, TEXT, usePages } from "./page.fixture.ts";

if (isMissing) console.warn(missingBrowser());

describe.skipIf(isMissing)("the page", () => {
  const visit = usePages();

  test("shows words and sentences of the same stream at once", async () => {
    const { page, ask, says, status, units, figure, complaints } = await visit({ gap: 80 });
    expect(await status()).toBe("Ready.");
    await ask().click();
    await page.locator("#words .unit").nth(2).waitFor();
    await page.locator("#sentences .unit").first().waitFor();
    expect(await status()).toBe("Streaming …");

    await says("Finished: stop");
    expect(await units("words")).toEqual(TEXT.match(/\S+\s*/g));
    expect(await units("sentences")).toEqual(SENTENCES);
    expect(await figure("First token")).toMatch(/^\d+ ms$|^\d\.\d\d s$/);
    expect(await figure("Tokens a second")).toMatch(/^\d+(\.\d)?$/);
    expect(complaints).toEqual([]);
  });

  test("shows each chunk of the network in a box of its own", async () => {
    const { page, ask, says, upstream } = await visit({ gap: 60 });
    await ask().click();
    await says("Finished");
    const chunks = await page.locator(".chunks li").allTextContents();
    expect(chunks.length).toBeGreaterThan(1);
    expect(chunks.join("")).toContain('"delta":"Dr"');
    expect(upstream.requests).toHaveLength(1); // all views are of this one answer
  });

  test("says in words what its drawings show", async () => {
    const { page, ask, says } = await visit({ gap: 20 });
    const drawing = (name: RegExp) => page.getByRole("img", { name });
    await drawing(/^How the answer grew. Nothing has come yet/).waitFor();
    await ask().click();
    await says("Finished");
    await drawing(/^How the answer grew. It grew for \d+\.\d seconds, in \d+ chunks/).waitFor();
    await drawing(/Half of the silences were shorter than .*; the longest took /).waitFor();
  });

  test("cancels: nothing more comes, and the model's server is told", async () => {
    const { page, ask, cancel, says, upstream, complaints } = await visit({
      fail: { kind: "stall", after: 6 },
    });
    await ask().click();
    await page.locator("#words .unit").nth(1).waitFor();
    await cancel().click();
    await says("Cancelled.");
    expect(await upstream.requests[0]!.ended).toBe("aborted");
    expect(await cancel().isDisabled()).toBe(true);
    expect(complaints).toEqual([]);
  });

  test("is left: the model's server is told, too", async () => {
    const { page, ask, upstream } = await visit({ fail: { kind: "stall", after: 6 } });
    await ask().click();
    await page.locator("#words .unit").first().waitFor();
    await page.goto("about:blank");
    expect(await upstream.requests[0]!.ended).toBe("aborted");
  });

  test("asks anew in the middle of an answer, and shows nothing of the first any more", async () => {
    const { page, ask, says, units, upstream } = await visit({
      fail: ({ index }) => (index === 0 ? { kind: "stall", after: 12 } : undefined),
    });
    await ask().click();
    await page.locator("#words .unit").nth(3).waitFor();
    await ask().click();
    await says("Finished");
    expect(await units("sentences")).toEqual(SENTENCES);
    expect(await upstream.requests[0]!.ended).toBe("aborted");
    expect(upstream.requests).toHaveLength(2);
  });

  test("works by keyboard alone", async () => {
    const { page, says, units, upstream, complaints } = await visit({
      fail: ({ index }) => (index === 0 ? { kind: "stall", after: 6 } : undefined),
    });
    const focused = page.locator(":focus");
    await page.getByLabel("Ask something").focus();
    await page.keyboard.press("Control+Enter");
    await says("Streaming");
    await page.keyboard.press("Escape");
    await says("Cancelled.");
    await page.keyboard.press("Control+A");
    await page.keyboard.type("And who is Ada?");
    for (let tabs = 0; (await focused.textContent())?.trim() !== "Ask"; tabs++) {
      expect(tabs).toBeLessThan(12);
      await page.keyboard.press("Tab");
    }
    await page.keyboard.press("Enter");
    await says("Finished: stop");
    expect(await units("sentences")).toEqual(SENTENCES);
    expect(upstream.requests.at(-1)?.json).toMatchObject({
      messages: [{ role: "user", content: "And who is Ada?" }],
    });
    expect(complaints).toEqual([]);
  });

  test("shows why an answer broke off, and what had come", async () => {
    const { page, ask, says, units } = await visit({
      speed: 0,
      fail: { kind: "error-event", after: 8 },
    });
    await ask().click();
    await page.getByRole("alert").getByText("The replay upstream was told to fail here.").waitFor();
    await says("Failed.");
    expect((await units("words")).length).toBeGreaterThan(0);
  });

  test("shows why there is no answer at all", async () => {
    const { page, ask, says } = await visit({ fail: { kind: "status", status: 429 } });
    await ask().click();
    await page.getByRole("alert").getByText("The upstream answered 429").waitFor();
    await says("Failed.");
    expect(await page.getByText("Same output").count()).toBe(0); // of nothing
  });

  test("asks for a key where the service wants one", async () => {
    const { page, ask, says, units } = await visit(
      { speed: 0 },
      {},
      { API_KEYS: "open-sesame-open" },
    );
    expect(await page.getByLabel("Key").count()).toBe(0);
    await ask().click();
    await page.getByRole("alert").getByText("A key is needed").waitFor();
    await page.getByLabel("Key").fill("open-sesame-open");
    await ask().click();
    await says("Finished: stop");
    expect(await units("sentences")).toEqual(SENTENCES);
  });

  test(
    "shows an answer of thousands of words",
    async () => {
      const { ask, says, units } = await visit({ speed: 0, answer: { text: TEXT.repeat(100) } });
      await ask().click();
      await says("Finished: stop");
      expect((await units("words")).join("")).toBe(TEXT.repeat(100));
    },
    60 * SECOND,
  );
});
