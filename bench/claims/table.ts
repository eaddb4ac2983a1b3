import { format } from "oxfmt";
import type { Claim } from "./claim.ts";

/** Cells of a table, its head first. */
export type Table = readonly (readonly string[])[];

/** Puts all libraries of a claim to the test, but for those that are not installed. */
export async function seeAll({ head, rows }: Claim): Promise<Table> {
  const table = [head];
  for (const { title, see } of rows) {
    const cells = await see();
    if (cells !== undefined) table.push([title, ...cells]);
  }
  return table;
}

/** A table as Markdown, and as the pages have it. */
export async function markdownOf(table: Table): Promise<string> {
  const [head, ...rows] = table.map((cells) => `| ${cells.map(escapeCell).join(" | ")} |`);
  const text = [head, `|${" - |".repeat(table[0]!.length)}`, ...rows].join("\n");
  return (await format("table.md", text)).code;
}

/** The table that a page has under a name, or nothing. */
export function tableIn(page: string, name: string): Table | undefined {
  const found = placeOf(name).exec(page)?.[1];
  if (found === undefined) return undefined;
  const lines = found.split("\n").filter((line) => line.startsWith("|"));
  return lines.filter((_, index) => index !== 1).map(cellsOf);
}

/** The page with another table under a name. */
export function withTable(page: string, name: string, markdown: string): string {
  return page.replace(placeOf(name), () => `${beginOf(name)}\n\n${markdown}\n${END}`);
}

/** The names of all tables that a page says to be made by a program. */
export function namesIn(page: string): string[] {
  return [...page.matchAll(/<!-- claim: (\S+) -->/g)].map(([, name]) => name!);
}

const END = "<!-- end of claim -->";

function beginOf(name: string): string {
  return `<!-- claim: ${name} -->`;
}

function placeOf(name: string): RegExp {
  return new RegExp(`${beginOf(name)}\n([^]*?)${END}`);
}

function cellsOf(line: string): string[] {
  const cells = line.split(/(?<!\\)\|/).slice(1, -1);
  return cells.map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function escapeCell(cell: string): string {
  return cell.replaceAll("|", "\\|");
}
