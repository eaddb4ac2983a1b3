import { expect, test } from "vitest";
import { filter } from "./filter.ts";
import { map } from "./map.ts";
import { run } from "./run.ts";

test("map: counts the items that came", () => {
  const numbered = map((item: string, index) => `${index}${item}`);
  expect(run(numbered, ["a", "b", "c"])).toEqual(["0a", "1b", "2c"]);
});

test("filter: counts the items that came, not those that it passed on", () => {
  const odd = filter((_: string, index) => index % 4 === 1 || index === 2);
  expect(run(odd, ["a", "b", "c", "d"])).toEqual(["b", "c"]);
});
