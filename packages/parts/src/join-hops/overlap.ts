/** Finds out how much of a text repeats the end of what came before it, while the text comes. */
export interface Overlap {
  /** Takes the next piece. Gives the length of the overlap once no text that may follow changes it. */
  take(piece: string): number | undefined;
  /** No more comes: the longest overlap that is whole. */
  finish(): number;
}

// Letters and digits, which stand for themselves where words are not parted by spaces.
const SPACELESS =
  "\\p{sc=Han}\\p{sc=Hira}\\p{sc=Kana}\\p{sc=Thai}\\p{sc=Laoo}\\p{sc=Khmr}\\p{sc=Mymr}";
const WORD = new RegExp(`[${SPACELESS}]|(?:(?![${SPACELESS}])[\\p{L}\\p{M}\\p{N}_])+`, "gu");

/**
 * Of several overlaps the longest counts. It begins at the edge of a word, and has a word in it: two
 * texts that meet in a letter, a bracket or a space have that in common by chance.
 *
 * - **Cost:** at most `maxLength` comparisons of at most `maxLength` units, of the platform's own.
 *
 * @param before what came before; of more than `maxLength` units, one more tells where words begin
 */
export function findOverlap(before: string, maxLength: number): Overlap {
  const places = beginnings(before).filter((at) => before.length - at <= maxLength);
  let next = 0; // the longest overlap possible begins at places[next]
  let fitting = 0; // units of the text that are known to fit there
  let text = "";

  function find(isOver: boolean): number | undefined {
    for (; next < places.length; next++, fitting = 0) {
      const at = places[next]!;
      const length = before.length - at;
      const end = Math.min(length, text.length);
      if (!before.startsWith(text.slice(fitting, end), at + fitting)) continue;
      fitting = end;
      if (end === length) return length;
      if (!isOver) return undefined;
    }
    return 0;
  }

  return {
    take(piece) {
      text += piece;
      return find(false);
    },
    finish: () => find(true) ?? 0,
  };
}

/** The places that an overlap may begin at, in ascending order: none inside a word. */
function beginnings(before: string): number[] {
  const places: number[] = [];
  let end = 0; // of the word before
  for (const { index, 0: word } of before.matchAll(WORD)) {
    for (let at = end; at <= index; at++) places.push(at);
    end = index + word.length;
  }
  return places;
}
