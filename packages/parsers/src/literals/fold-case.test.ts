import { expect, test } from "vitest";
import { foldCase } from "./fold-case.ts";

const UNITS = 65_536;
const ASCII = 128;

/** Whether the flag `i` takes one unit for the other. */
function isSame(unit: number, other: number): boolean {
  const hexadecimal = unit.toString(16).padStart(4, "0");
  return new RegExp(`\\u${hexadecimal}`, "i").test(String.fromCharCode(other));
}

test("foldCase takes units for the same that the flag i does: all of ASCII with each other", () => {
  for (let unit = 0; unit < ASCII; unit++) {
    const same = (is: (other: number) => boolean) =>
      Array.from({ length: ASCII }, (_, at) => is(at));
    expect(same((other) => foldCase(unit) === foldCase(other))).toEqual(
      same((other) => isSame(unit, other)),
    );
  }
});

test("and all units with their capitals and small letters", () => {
  for (let unit = ASCII; unit < UNITS; unit++) {
    const character = String.fromCharCode(unit);
    const cases = character.toUpperCase() + character.toLowerCase();
    if (cases === character + character) continue;
    for (const other of cases) {
      const code = other.charCodeAt(0);
      if ((foldCase(unit) === foldCase(code)) === isSame(unit, code)) continue;
      expect.fail(`${unit} and ${code}`);
    }
  }
});
