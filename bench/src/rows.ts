import { readdirSync } from "node:fs";
import type { Row, Workload } from "./workload.ts";

const FOLDER = new URL("../workloads/", import.meta.url);

export interface NamedRow {
  workload: string;
  row: Row;
}

/** The rows of every file in `workloads/`. */
export async function findRows(): Promise<NamedRow[]> {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(".ts"));
  const found = files.sort().map(async (file) => {
    const module = (await import(new URL(file, FOLDER).href)) as { workload: Workload };
    const workload = file.slice(0, -".ts".length);
    return module.workload.rows.map((row) => ({ workload, row }));
  });
  return (await Promise.all(found)).flat();
}
