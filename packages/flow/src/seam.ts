import { holdText } from "@millrace/core/text";

/** Where a text goes on that has broken off, perhaps with a repetition of its end. */
export interface Seam {
  /** What is new, once it is known how much is not; until then all is held. */
  add(this: void, piece: string): string | undefined;
  /** No more comes: what is new of that which is held. */
  end(this: void): string;
}

/**
 * Looks for the longest end of a text with which what follows begins, as that comes: the search for
 * a pattern that grows, which ends at the end of the text searched.
 */
export function openSeam(before: string, minOverlap: number): Seam {
  const held = holdText();
  const pattern: number[] = []; // the units of what is held, as far as they were needed
  const borders: number[] = []; // the longest proper border of each beginning of the pattern
  let at = 0;
  let matched = 0; // before.slice(at - matched, at) begins the pattern; nothing earlier goes on

  function grow(unit: number): void {
    let border = borders.at(-1) ?? 0;
    while (border > 0 && pattern[border] !== unit) border = borders[border - 1]!;
    if (pattern[border] === unit) border++;
    pattern.push(unit);
    borders.push(pattern.length === 1 ? 0 : border);
  }

  /** How much is repeated, or `undefined` while the pattern may still grow to more. */
  function search(mayGrow: boolean): number | undefined {
    for (;;) {
      const most = before.length - at + matched;
      if (most < minOverlap) return 0;
      if (at === before.length) return matched;
      if (matched === pattern.length && mayGrow) return undefined;
      if (matched < pattern.length && before.charCodeAt(at) === pattern[matched]) {
        at++;
        matched++;
      } else if (matched > 0) matched = borders[matched - 1]!;
      else at++;
    }
  }

  return {
    add(piece) {
      held.add(piece);
      let overlap = search(true);
      for (let index = 0; overlap === undefined && index < piece.length; index++) {
        grow(piece.charCodeAt(index));
        overlap = search(true);
      }
      return overlap === undefined ? undefined : held.take().slice(overlap);
    },
    end: () => held.take().slice(search(false)),
  };
}
