// Prints what each package, and each export alone, adds to a bundle. With --json: as JSON.
import { join } from "node:path";
import { measureSizes, type Size } from "./measure-sizes.ts";
import { openWorkspace } from "./workspace.ts";

const sizes = await measureSizes(openWorkspace(join(import.meta.dirname, "..")));
if (process.argv.includes("--json")) console.log(JSON.stringify(sizes, undefined, 2));
else printTable(sizes);

function printTable(rows: Size[]): void {
  const width = Math.max(...rows.map((row) => label(row).length));
  console.log(`${"bytes".padEnd(width)}  minified   gzipped  over the kernel`);
  for (const row of rows) {
    const { gzipped, minified, overKernel } = row;
    const columns = [column(minified, 8), column(gzipped, 8), column(overKernel, 15)];
    console.log([label(row).padEnd(width), ...columns].join("  "));
  }
}

function label({ name, specifier }: Size): string {
  return name === undefined ? specifier : `  ${name}`;
}

function column(bytes: number, width: number): string {
  return bytes.toLocaleString("en").padStart(width);
}
