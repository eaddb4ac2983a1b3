import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

export interface PackedFile {
  name: string;
  version: string;
  filename: string;
}

/** Packs the packages of a repository as they are published, each into a tarball in a folder. */
export async function pack(root: string, folder: string): Promise<PackedFile[]> {
  const pnpm = join(root, "tools", "pnpm.mjs");
  const packing = ["--recursive", "--filter", "./packages/*", "pack", "--json"];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [pnpm, ...packing, "--pack-destination", folder],
    { cwd: root, maxBuffer: 2 ** 26 },
  );
  const packed = JSON.parse(stdout.slice(stdout.search(/^[[{]/m))) as PackedFile | PackedFile[];
  return Array.isArray(packed) ? packed : [packed];
}
