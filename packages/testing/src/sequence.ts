import { equal } from "./equal.ts";

/** Joined outputs: the form that `join` gives, or bytes. */
export type Sequence = string | readonly unknown[] | Uint8Array;

export function startsWith(whole: Sequence, beginning: Sequence): boolean {
  return commonLength(whole, beginning) === beginning.length;
}

/** How many units two sequences have in common at their start. */
export function commonLength(left: Sequence, right: Sequence): number {
  if (typeof left !== typeof right && left.length > 0 && right.length > 0) return 0;
  if (typeof left === "string" && typeof right === "string" && left.startsWith(right)) {
    return right.length;
  }
  const shorter = Math.min(left.length, right.length);
  let length = 0;
  while (length < shorter && equal(left[length], right[length])) length++;
  return length;
}
