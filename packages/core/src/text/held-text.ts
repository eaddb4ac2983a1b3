/** Text that grows by pieces and is read once. */
export interface HeldText {
  /** In UTF-16 units. */
  length: number;
  add(piece: string): void;
  /** All of it, with `rest` behind it; from then on it is empty. */
  take(rest?: string): string;
}

// Engines join strings when they are read. Joined blocks of this length cost a hundredth of the
// memory, and of the collector's time, of pieces of a few units each.
const BLOCK_LENGTH = 1024;

/**
 * Holds the beginning of a unit whose end has not come yet.
 *
 * - **Cost:** linear in what is held, however small the pieces.
 *
 * @example
 * ```ts
 * import { holdText } from "@millrace/core/text";
 *
 * const held = holdText();
 * held.add("mill");
 * held.add(" ");
 * held.take("race"); // => "mill race"
 * held.length; // => 0
 * ```
 */
export function holdText(): HeldText {
  let blocks = "";
  let pieces = "";
  const self: HeldText = {
    length: 0,
    add(piece) {
      self.length += piece.length;
      pieces += piece;
      if (pieces.length < BLOCK_LENGTH) return;
      pieces.charCodeAt(0); // reading is what joins
      blocks += pieces;
      pieces = "";
    },
    take(rest = "") {
      if (self.length === 0) return rest;
      const text = blocks + pieces + rest;
      self.length = 0;
      blocks = "";
      pieces = "";
      return text;
    },
  };
  return self;
}
