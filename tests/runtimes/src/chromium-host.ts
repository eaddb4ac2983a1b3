import { CHROMIUM, openBrowser } from "../../browser/src/browser.ts";
import { portable } from "../suite/portable.js";
import { bundle } from "./bundle.ts";
import type { Host, Results } from "./host.ts";

export const chromiumHost: Host = {
  name: "Chromium",
  program: CHROMIUM,
  cases: Object.keys(portable),
  async run(folder) {
    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      // A page of the local host, which pages of no host are trusted less than.
      const body = '<!doctype html><script type="module" src="page.js"></script>';
      const code = await bundle(folder, "page.js");
      await page.route("http://localhost/", (route) =>
        route.fulfill({ body, contentType: "text/html" }),
      );
      await page.route("http://localhost/page.js", (route) =>
        route.fulfill({ body: code, contentType: "text/javascript" }),
      );
      const failed = new Promise<never>((_, reject) => page.on("pageerror", reject));
      await page.goto("http://localhost/");
      return await Promise.race([failed, page.evaluate<Results>("results")]);
    } finally {
      await browser.close();
    }
  },
};
