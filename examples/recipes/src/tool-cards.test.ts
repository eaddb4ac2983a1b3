import { startReplay, type Fault } from "@millrace/testing/replay";
import {
  afterAll,
  beforeAll,
  expect,
  onTestFinished,
  test,
} from "vitest";
import {
  missingBrowser,
  openBrowser,
} from "../../../tests/browser/src/browser.ts";
import { nodeCommand, startProgram } from "./program.fixture.ts";

const missing = missingBrowser();
if (missing !== undefined) console.warn(missing);

const MILLS = ["Old", "Lower"].map((mill) => ({ mill, day: "Monday" }));
const answer = {
  toolCalls: MILLS.map((input, index) => ({
    id: `call-${index}`,
    name: "book_mill",
    arguments: JSON.stringify(input),
  })),
};

let browser: Awaited<ReturnType<typeof openBrowser>> | undefined;
beforeAll(async () => {
  if (missing === undefined) browser = await openBrowser();
});
afterAll(() => browser?.close());

async function openPage(fail?: Fault) {
  const upstream = await startReplay({
    speed: 0,
    answer,
    ...(fail !== undefined && { fail }),
  });
  const program = await startProgram(await nodeCommand("tool-cards.ts"), {
    MODEL_URL: `${upstream.url}/v1`,
  });
  const page = await browser!.newPage();
  onTestFinished(async () => {
    await page.close();
    await program.end();
    await upstream.close();
  });
  await page.goto(program.url);
  return page;
}

test.skipIf(missing !== undefined)(
  "Each call of a tool is a card, and says when its input is whole",
  async () => {
    const page = await openPage();
    await page.locator('[data-state="ready"]').nth(1).waitFor();
    const inputs = await page.locator("pre").allInnerTexts();
    expect(inputs.map((text) => JSON.parse(text) as unknown)).toEqual(
      MILLS,
    );
  },
);

test.skipIf(missing !== undefined)(
  "A call whose input is still written shows what is there",
  async () => {
    const page = await openPage({ kind: "stall", after: -3 });
    await page.locator('[data-state="writing"] pre').last().waitFor();
    expect(await page.locator("article").first().innerText()).toContain(
      "book_mill",
    );
  },
);

test.skipIf(missing !== undefined)(
  "A call that breaks off says so",
  async () => {
    const page = await openPage({ kind: "disconnect", after: 6 });
    await page.locator('[data-state="broken"]').waitFor();
  },
);
