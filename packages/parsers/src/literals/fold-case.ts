const LAST_ASCII = 0x7f;
const SMALL_A = 0x61;
const SMALL_Z = 0x7a;
const TO_CAPITAL = 0x20;

const known = new Map<number, number>();

/**
 * Units that differ in case only give the same one: what the flag `i` of a regular expression does,
 * which leaves each unit one unit.
 *
 * Source: ECMA-262, Canonicalize, without the flags `u` and `v`.
 */
export function foldCase(unit: number): number {
  if (unit <= LAST_ASCII) return unit >= SMALL_A && unit <= SMALL_Z ? unit - TO_CAPITAL : unit;
  let folded = known.get(unit);
  if (folded === undefined) {
    const capital = String.fromCharCode(unit).toUpperCase();
    const code = capital.charCodeAt(0);
    folded = capital.length === 1 && code > LAST_ASCII ? code : unit;
    known.set(unit, folded);
  }
  return folded;
}
