import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fileOf, findClaims, pages } from "./pages.ts";
import { markdownOf, namesIn, tableIn, withTable, type Table } from "./table.ts";

const claims = findClaims();
const tables = claims.map(({ page, claim }) => {
  const table = tableIn(readFileSync(fileOf(page), "utf8"), claim.name);
  return { page, claim, table, title: `${page} ${claim.name}` };
});

test("The pages have the tables that programs make, and no others under their names", () => {
  const named = pages().flatMap((page) =>
    namesIn(readFileSync(fileOf(page), "utf8")).map((name) => `${page} ${name}`),
  );
  expect(named.sort()).toEqual(tables.map(({ title }) => title).sort());
  expect(new Set(claims.map(({ claim }) => claim.name)).size).toBe(claims.length);
});

test.each(tables)("$title is of these columns and libraries, at these versions", (one) => {
  expect(one.table?.[0]).toEqual(one.claim.head);
  expect(one.table?.slice(1).map(([title]) => title)).toEqual(
    one.claim.rows.map(({ title }) => title),
  );
});

// Peers are not installed where tests run: `npm run claims` sees to them.
test.each(tables.filter(({ claim }) => claim.byHand !== true))(
  "$title says of ours what is so",
  async ({ claim, table }) => {
    for (const { title, isOurs, see } of claim.rows) {
      if (!isOurs) continue;
      expect(rowOf(table, title)).toEqual([title, ...((await see()) ?? [])]);
    }
  },
);

test("A table is read as it is written", async () => {
  const table = [
    ["a", "b"],
    ["`x|y`", ""],
    ["_n_²", "1 %"],
  ];
  const page = "# A\n\n<!-- claim: one -->\n<!-- end of claim -->\n\nB\n";
  const written = withTable(page, "one", await markdownOf(table));
  expect(tableIn(written, "one")).toEqual(table);
  expect(withTable(written, "one", await markdownOf(table))).toBe(written);
  expect(namesIn(written)).toEqual(["one"]);
  expect(tableIn(written, "two")).toBeUndefined();
});

test("A word that is neither a page nor a table is refused", () => {
  expect(findClaims(["senders"]).map(({ page }) => page)).toEqual(["sse"]);
  expect(() => findClaims(["nobody"])).toThrow("nobody is neither a page");
});

function rowOf(table: Table | undefined, title: string): readonly string[] | undefined {
  return table?.find(([first]) => first === title);
}
