import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";
import { pack } from "../../../tools/pack.ts";

const ROOT = join(import.meta.dirname, "../../..");

declare module "vitest" {
  interface ProvidedContext {
    /** A folder in which the packed packages are installed, with the suite beside them. */
    installed: string;
    /** The tarballs, by the names of their packages. */
    tarballs: Record<string, string>;
  }
}

export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "installed-"));
  const packed = await pack(ROOT, folder);
  const tarballs = Object.fromEntries(packed.map(({ name, filename }) => [name, filename]));
  await writeFile(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  await npmInstall(folder, Object.values(tarballs));
  await cp(join(import.meta.dirname, "../suite"), join(folder, "suite"), { recursive: true });
  provide("installed", folder);
  provide("tarballs", tarballs);
  return () => rm(folder, { recursive: true });
}

/** As users do it. What is in npm's cache is not asked for again. */
export async function npmInstall(folder: string, packages: readonly string[]): Promise<void> {
  const quietly = ["--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
  await promisify(execFile)("npm", ["install", ...quietly, ...packages], { cwd: folder });
}
