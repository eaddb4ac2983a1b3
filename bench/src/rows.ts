import { readdirSync } from "node:fs";
import type { Row, Workload } from "./workload.ts";

const FOLDER = new URL("../workloads/", import.meta.url);

export interface NamedRow {
  workload: string;
  row: Row;
}

/** The rows of every file in `workloads/`. */
export async function findRows(): Promise<NamedRow[]> {
  const workloads = [...(await findWorkloads())];
  return workloads.flatMap(([workload, { rows }]) => rows.map((row) => ({ workload, row })));
}

/** Every file in `workloads/` by its name. */
export async function findWorkloads(): Promise<Map<string, Workload>> {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(".ts"));
  const found = files.sort().map(async (file): Promise<[string, Workload]> => {
    const module = (await import(new URL(file, FOLDER).href)) as { workload: Workload };
    return [file.slice(0, -".ts".length), module.workload];
  });
  return new Map(await Promise.all(found));
}
