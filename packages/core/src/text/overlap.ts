/** Finds out how much of a text repeats the end of what came before it, while the text comes. */
export interface Overlap {
  /** Takes the next piece. Gives the length of the overlap once no text that may follow changes it. */
  add(this: void, piece: string): number | undefined;
  /** No more comes: the longest overlap that is whole. */
  end(this: void): number;
}

/** The longest overlap that is looked for unless told, in UTF-16 units. */
export const DEFAULT_MAX_OVERLAP = 16_384;

/** What is so long is a repetition also if it begins inside a word. */
const LONG = 8;

// Letters and digits, which stand for themselves where words are not parted by spaces.
const SPACELESS =
  "\\p{sc=Han}\\p{sc=Hira}\\p{sc=Kana}\\p{sc=Thai}\\p{sc=Laoo}\\p{sc=Khmr}\\p{sc=Mymr}";
const WORD = /* @__PURE__ */ wordsBut(SPACELESS);
const LETTER = /[\p{L}\p{N}]/gu;

function wordsBut(letters: string): RegExp {
  return new RegExp(`[${letters}]|(?:(?![${letters}])[\\p{L}\\p{M}\\p{N}_])+`, "gu");
}

/**
 * Looks for the end of a text with which the text that follows begins, where an answer broke off and
 * another source goes on with it.
 *
 * Of several overlaps the longest counts. It has two letters or digits in it, and begins at the edge of
 * a word or is eight units long; or it is all that came. What two texts have in common otherwise, a letter
 * in the middle of a word, brackets, a row of dashes, they have by chance.
 *
 * - **When:** at the first unit that decides it.
 * - **Limits:** it remembers `before` and as much of what follows, of `before` at most `maxLength` units.
 * - **Cost:** linear in both texts, whatever repeats.
 * - **Source:** Knuth, Morris, Pratt, Fast Pattern Matching in Strings, SIAM J. Comput. 6 (1977), for a
 *   pattern that is still coming, in a text whose end has to match too.
 *
 * @param before what came before; of more than `maxLength` units, one more tells where words begin
 *
 * @example
 * ```ts
 * import { findOverlap } from "@millrace/core/text";
 *
 * const overlap = findOverlap("The mill turns sl");
 * overlap.add("turns"); // => undefined
 * overlap.add(" slowly."); // => 8
 * ```
 */
export function findOverlap(before: string, maxLength: number = DEFAULT_MAX_OVERLAP): Overlap {
  const { mayBegin, last } = beginnings(before, maxLength);
  const pattern: number[] = []; // the units of what follows, as far as they were needed
  const borders: number[] = []; // the longest proper border of each beginning of the pattern
  let at = 0;
  let matched = 0; // before.slice(at - matched, at) begins the pattern; nothing earlier can be an overlap

  function grow(unit: number): void {
    let border = borders.at(-1) ?? 0;
    while (border > 0 && pattern[border] !== unit) border = borders[border - 1]!;
    if (pattern[border] === unit) border++;
    pattern.push(unit);
    borders.push(border);
  }

  /** The length of the overlap, or `undefined` while the pattern may still grow to more. */
  function search(mayGrow: boolean): number | undefined {
    while (at - matched <= last) {
      if (mayBegin[at - matched] === 0) fallBack();
      else if (at === before.length) return matched;
      else if (matched === pattern.length && mayGrow) return undefined;
      else if (matched < pattern.length && before.charCodeAt(at) === pattern[matched]) {
        at++;
        matched++;
      } else fallBack();
    }
    return 0;
  }

  /** Goes on to the next place at which `before` goes on like the pattern. */
  function fallBack(): void {
    if (matched > 0) matched = borders[matched - 1]!;
    else at++;
  }

  return {
    add(piece) {
      let length = search(true);
      for (let index = 0; length === undefined && index < piece.length; index++) {
        grow(piece.charCodeAt(index));
        length = search(true);
      }
      return length;
    },
    end: () => search(false)!,
  };
}

/** The places in a text that an overlap may begin at, and the last one of them. */
function beginnings(before: string, maxLength: number): { mayBegin: Uint8Array; last: number } {
  const mayBegin = new Uint8Array(before.length);
  const first = Math.max(0, before.length - maxLength);
  const lastPair = Array.from(before.matchAll(LETTER)).at(-2)?.index ?? -1; // two letters follow
  let last = -1;

  function allow(from: number, to: number): void {
    if (to < from) return;
    mayBegin.fill(1, from, to + 1);
    last = Math.max(last, to);
  }

  let end = 0; // of the word before
  for (const { index, 0: word } of before.matchAll(WORD)) {
    allow(Math.max(first, end), Math.min(index, lastPair));
    end = index + word.length;
  }
  allow(first, Math.min(before.length - LONG, lastPair));
  if (first === 0 && before !== "") allow(0, 0);
  return { mayBegin, last };
}
