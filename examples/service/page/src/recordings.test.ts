import { answers } from "@millrace/testing/replay";
import { expect, test } from "vitest";
import { RECORDINGS } from "./recordings.ts";

test("The embedded upstream has each recording that the page offers", () => {
  for (const { name } of RECORDINGS) expect(Object.keys(answers)).toContain(name);
});
