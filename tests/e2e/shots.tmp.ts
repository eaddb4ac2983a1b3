import { startService } from "@millrace/example-service";
import { openBrowser } from "./src/browser.ts";
const service = await startService({ host: "127.0.0.1", port: 0, model: "gpt", idleTimeout: 30000, heartbeat: 15000, maxBodyBytes: 2 ** 20 });
const browser = await openBrowser();
const want = process.argv.slice(2);
async function open(width: number, height: number, colorScheme: "light" | "dark") {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  page.on("console", (m) => console.log("console:", m.text()));
  page.on("pageerror", (e) => console.log("pageerror:", e.message, e.stack));
  await page.goto(service.url);
  return page;
}
const shots: Record<string, () => Promise<void>> = {
  async idle() { const p = await open(1440, 900, "light"); await p.waitForTimeout(500); await p.screenshot({ path: "/tmp/v1shots/idle.png", fullPage: true }); await p.close(); },
  async stream() { const p = await open(1440, 900, "light"); await p.getByRole("button", { name: "Ask", exact: true }).click(); await p.waitForTimeout(6000); await p.screenshot({ path: "/tmp/v1shots/stream.png", fullPage: true });
    await p.getByText("Finished").waitFor({ timeout: 60000 }); await p.waitForTimeout(1500); await p.screenshot({ path: "/tmp/v1shots/done.png", fullPage: true }); await p.close(); },
  async dark() { const p = await open(1440, 900, "dark"); await p.getByRole("button", { name: "Ask", exact: true }).click(); await p.getByText("Finished").waitFor({ timeout: 60000 });  await p.waitForTimeout(1500);await p.screenshot({ path: "/tmp/v1shots/dark.png", fullPage: true }); await p.close(); },
  async drop() { const p = await open(1440, 900, "light"); await p.getByRole("button", { name: "Ask", exact: true }).click(); await p.waitForTimeout(3000); await p.getByRole("button", { name: "Drop" }).click(); await p.waitForTimeout(600); await p.screenshot({ path: "/tmp/v1shots/lost.png" }); await p.getByText("Finished").waitFor({ timeout: 60000 }); await p.waitForTimeout(1500); await p.screenshot({ path: "/tmp/v1shots/resumed.png" });
    await p.locator("#size").fill("1"); await p.waitForTimeout(300); await p.screenshot({ path: "/tmp/v1shots/cut1.png" }); await p.close(); },
  async phone() { const p = await open(375, 800, "light"); await p.getByRole("button", { name: "Ask", exact: true }).click(); await p.waitForTimeout(6000); await p.screenshot({ path: "/tmp/v1shots/phone.png", fullPage: true }); await p.close(); },
  async models() { const p = await open(1440, 900, "dark"); await p.getByRole("radio", {name:"Two models"}).click(); await p.getByRole("button", { name: "Ask", exact: true }).click(); await p.waitForTimeout(5000); await p.screenshot({ path: "/tmp/v1shots/models.png" }); await p.close(); },
  async socket() { const p = await open(1024, 800, "dark"); await p.getByRole("radio", {name:"WebSocket"}).click(); await p.getByRole("button", { name: "Ask", exact: true }).click(); await p.waitForTimeout(5000); await p.screenshot({ path: "/tmp/v1shots/socket.png" }); await p.close(); },
};
for (const name of want) await shots[name]!();
await browser.close();
await service.close();
