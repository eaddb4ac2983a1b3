import { existsSync, readFileSync } from "node:fs";
import { Hono } from "hono";

/** Beside `src` and beside `dist`: both find it at the same place, wherever they are run from. */
const FOLDER = new URL("../page/", import.meta.url);
/** What `npm run build` makes of it. */
const BUILT = new URL("../dist/page/", import.meta.url);

const FILES = [
  { path: "/", file: new URL("index.html", FOLDER), type: "text/html" },
  { path: "/icon.svg", file: new URL("icon.svg", FOLDER), type: "image/svg+xml" },
  { path: "/page.css", file: new URL("page.css", BUILT), type: "text/css" },
  { path: "/page.js", file: new URL("page.js", BUILT), type: "text/javascript" },
];

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The page and what it loads, read once. The routes of answers are there also where it was not built. */
export function pageRoutes(): Hono {
  const routes = new Hono();
  for (const { path, file, type } of FILES) {
    if (!existsSync(file)) continue;
    const text = readFileSync(file, "utf8");
    routes.get(path, (context) =>
      context.body(text, 200, {
        "content-type": `${type}; charset=utf-8`,
        "cache-control": "no-cache",
        "content-security-policy": POLICY,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
      }),
    );
  }
  return routes;
}
