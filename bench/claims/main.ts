// `npm run claims -- [page or table …]`: prints the tables of docs/comparisons that programs make, and
// says where a page has another. `--write` puts them into the pages.
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { fileOf, findClaims } from "./pages.ts";
import { markdownOf, seeAll, tableIn, withTable } from "./table.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { write: { type: "boolean", default: false } },
});

for (const { page, claim } of findClaims(positionals)) {
  const file = fileOf(page);
  const table = await seeAll(claim);
  const markdown = await markdownOf(table);
  console.log(`${page} ${claim.name}\n\n${markdown}`);
  for (const note of (await claim.notes?.()) ?? []) console.log(`${note}\n`);
  const text = readFileSync(file, "utf8");
  const isTold = JSON.stringify(tableIn(text, claim.name)) === JSON.stringify(table);
  if (isTold) continue;
  if (values.write) writeFileSync(file, withTable(text, claim.name, markdown));
  else {
    console.error(`The page has another table: \`npm run claims -- ${claim.name} --write\`\n`);
    process.exitCode = 1;
  }
}
// Some peers leave timers or sockets behind, which are not ours to look for.
process.exit();
