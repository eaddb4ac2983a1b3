import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isBuiltin } from "node:module";

/** Why no test with SQLite can run here; `undefined` if they can. */
export function missingSqlite(): string | undefined {
  if ("Bun" in globalThis || isBuiltin("node:sqlite")) return undefined;
  return `The store in SQLite is NOT tested: Node.js ${process.version} has none, from 22.13 on there is one.`;
}

/** Where a database may be, and how to remove it. */
export function newDatabaseFile(): { path: string; remove: () => void } {
  const directory = mkdtempSync(join(tmpdir(), "sqlite-"));
  return {
    path: join(directory, "streams.db"),
    remove() {
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
