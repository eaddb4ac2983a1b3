import { describe, expect, test } from "vitest";
import { isMissing, SENTENCES, TEXT, usePages } from "./page.fixture.ts";

describe.skipIf(isMissing)("the connection of the page", () => {
  const visit = usePages();

  test("is dropped, and comes back behind the last event: none is lost, none comes twice", async () => {
    const { page, ask, drop, says, units, figure, upstream } = await visit({ gap: 120 });
    expect(await drop().isDisabled()).toBe(true);
    await ask().click();
    await page.locator("#words .unit").nth(2).waitFor();
    await drop().click();
    await says("Connection lost. Coming back …");
    await says("Finished: stop");
    expect(await figure("Connections")).toBe("2");
    expect(Number(await figure("Came back behind"))).toBeGreaterThan(0);
    expect(await figure("Twice, or never")).toBe("0, 0");
    expect(await units("words")).toEqual(TEXT.match(/\S+\s*/g));
    expect(upstream.requests).toHaveLength(1);
    await page.getByText("Same output: ✓").waitFor();
  });

  test("is a WebSocket, if one likes: the same answer comes in frames", async () => {
    const { page, ask, says, units, complaints } = await visit({ gap: 20 });
    await page.getByRole("radio", { name: "WebSocket" }).check();
    await expect.poll(() => page.getByLabel("Chunk size").isDisabled()).toBe(true);
    await ask().click();
    await says("Finished: stop");
    expect(await units("words")).toEqual(TEXT.match(/\S+\s*/g));
    expect(await units("sentences")).toEqual(SENTENCES);
    expect((await page.locator(".chunks li").allTextContents()).join("")).toContain('"welcome"');
    expect(complaints).toEqual([]);
  });

  test("is cancelled over a WebSocket, too", async () => {
    const { page, ask, cancel, says, upstream } = await visit({
      fail: { kind: "stall", after: 6 },
    });
    await page.getByRole("radio", { name: "WebSocket" }).check();
    await ask().click();
    await page.locator("#words .unit").nth(1).waitFor();
    await cancel().click();
    await says("Cancelled.");
    expect(await upstream.requests[0]!.ended).toBe("aborted");
  });

  test("carries two models side by side, each with its own figures", async () => {
    const { page, ask, says, panel, complaints } = await visit("recordings");
    await page.getByRole("radio", { name: "Two models" }).check();
    await page.getByLabel("Recording A").selectOption("prose");
    await page.getByLabel("Recording B").selectOption("code");
    await ask().click();
    await says("Finished");
    const [prose, code] = await Promise.all(
      ["prose", "code"].map((title) => panel(title).textContent()),
    );
    expect(prose).toContain("Tolliver's geese do not read signs");
    expect(code).toContain("it prints 24 kW");
    const rates = page.locator(".comparison dl div").filter({ hasText: "Tokens a second" });
    expect(await rates.count()).toBe(2);
    expect(complaints).toEqual([]);
  });
});
