import { readFileSync } from "node:fs";
import { Hono } from "hono";

/** Beside `src` and beside `dist`: both find it at the same place, wherever they are run from. */
const FOLDER = new URL("../page/", import.meta.url);

const FILES = [
  { path: "/", file: "index.html", type: "text/html" },
  { path: "/page.css", file: "page.css", type: "text/css" },
  { path: "/page.js", file: "page.js", type: "text/javascript" },
  { path: "/column.js", file: "column.js", type: "text/javascript" },
  { path: "/event-stream.js", file: "event-stream.js", type: "text/javascript" },
  { path: "/icon.svg", file: "icon.svg", type: "image/svg+xml" },
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

/** The page and what it loads, read once. */
export function pageRoutes(): Hono {
  const routes = new Hono();
  for (const { path, file, type } of FILES) {
    const text = readFileSync(new URL(file, FOLDER), "utf8");
    routes.get(path, (context) =>
      context.body(text, 200, {
        "content-type": `${type}; charset=utf-8`,
        "cache-control": "no-cache",
        "content-security-policy": POLICY,
        "x-content-type-options": "nosniff",
      }),
    );
  }
  return routes;
}
