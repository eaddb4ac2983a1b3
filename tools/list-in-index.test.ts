import { expect, test } from "vitest";
import { listInIndex } from "./list-in-index.ts";

const INDEX = `export { a } from "./a.ts";
export {
  c,
  d,
} from "./c.ts";
`;

test.each([
  ["b.ts", 1],
  ["z.ts", 5],
  ["0.ts", 0],
])("The line of %s stands in the order of modules", (module, line) => {
  const text = listInIndex(INDEX, module, `export { new } from "./${module}";`);
  expect(text.split("\n")[line]).toContain(module);
  expect(text.length).toBeGreaterThan(INDEX.length);
});
