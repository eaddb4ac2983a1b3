import { linear } from "@millrace/testing";
import { describe, test } from "vitest";
import { decodeSse } from "./decode-sse.ts";

// A file of its own, as it measures: it takes longer the busier the machine is.

describe("decodeSse is linear", () => {
  test.each([
    ["in an endless line", "x"],
    ["in blank lines", "\r"],
    ["in an endless event of tiny lines", "data\n"],
    ["in comments", ":\r\n"],
    ["in ids", "id: 1\r"],
  ])("%s", (_, unit) => linear("decodeSse", () => decodeSse(), [repeated(unit)]));

  test.each([
    ["in lines that are no fields", "x\n"],
    ["in errors", "error\r"],
  ])("%s", (_, unit) =>
    linear("decodeSse", () => decodeSse({ strays: "dispatch" }), [repeated(unit)]),
  );
});

/** An input of a length, made of this alone. */
function repeated(unit: string): (length: number) => string {
  return (length) => unit.repeat(length / unit.length);
}
