import { run } from "@millrace/core";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { answers } from "./answers.fixture.ts";
import { checkParts } from "./check-parts.ts";

test("The generated answers keep to the grammar", () => {
  fc.assert(
    fc.property(answers(), (parts) => {
      expect(run(checkParts(), parts)).toEqual(parts);
    }),
  );
});
