import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { extname, join } from "node:path";

const TYPES: Record<string, string> = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** The file of a built site that an address stands for, as GitHub Pages has it. */
export function fileOf(folder: string, pathname: string): string | undefined {
  const path = join(folder, decodeURI(pathname));
  if (pathname.endsWith("/")) return [join(path, "index.html")].find(existsSync);
  return extname(path) in TYPES
    ? [path].find(existsSync)
    : [`${path}.html`, join(path, "index.html")].find(existsSync);
}

/** Serves a built site, for tests. */
export function serveSite(folder: string): Server {
  return createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const file = fileOf(folder, pathname);
    response.statusCode = file === undefined ? 404 : 200;
    response.setHeader("content-type", TYPES[extname(file ?? "")] ?? "text/plain");
    response.end(file === undefined ? "Nothing here" : readFileSync(file));
  });
}
