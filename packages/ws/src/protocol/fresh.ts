import type { PartFrame, PartsFrame } from "./frames.ts";

/**
 * The items of a frame that come after number `last`: those without a number, and all that did not
 * come before. `undefined` if there are numbers missing between.
 */
export function freshOf(frame: PartFrame | PartsFrame, last: number): unknown[] | undefined {
  const { seq } = frame;
  const values = frame.type === "part" ? [frame.data] : frame.items;
  if (seq === undefined) return values;
  return seq > last + 1 ? undefined : values.slice(last + 1 - seq);
}
