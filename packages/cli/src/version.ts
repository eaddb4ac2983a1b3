import { readFile } from "node:fs/promises";

/** The version of the package, which lies beside `src` as beside `dist`. */
export async function readVersion(): Promise<string> {
  const manifest = await readFile(new URL("../package.json", import.meta.url), "utf8");
  const { version } = JSON.parse(manifest) as { version: string };
  return version;
}
