// What a UTF-16 unit can do to a sentence. Most do nothing by themselves, and have no kind.
export const LINE_END = 0;
/** Ends a sentence, or an abbreviation, or stands in a number or a name. */
export const DOT = 1;
export const ELLIPSIS = 2;
/** Ends a sentence unless what follows goes on with it. */
export const MARK = 3;
/** Ends a sentence, whatever follows. */
export const STOP = 4;

const UNITS: readonly string[] = [
  "\n",
  ".．",
  "…",
  "!?‽‼⁇⁈⁉",
  // Chinese and Japanese, Arabic and Urdu, Indic, Burmese and Khmer, Armenian, Ethiopic, Mongolian.
  "。！？｡" + "؟۔" + "।॥" + "။។៕" + "։" + "።፧፨" + "᠃᠉",
];

/** The kinds of all units that have one. */
export function kindsOfUnits(): ReadonlyMap<string, number> {
  return new Map(
    UNITS.flatMap((units, kind) => Array.from(units, (unit) => [unit, kind] as const)),
  );
}

/** Finds the next unit that has a kind, from its `lastIndex` on. */
export function scanner(): RegExp {
  return new RegExp(`[${UNITS.join("")}]`, "g");
}

/** Closes behind a mark. */
export const CLOSER: RegExp = /[\p{Pe}\p{Pf}"'*_~`＂＇]/u;
/** A quotation mark that closes in some languages and opens in others: not behind a STOP. */
export const OPENER_OR_CLOSER: RegExp = /\p{Pi}/u;
/** Belongs to the sentence like a closer, and closes nothing: emoji, and the halves of most. */
export const EMOJI: RegExp = /[\udc00-\udfff\ud83c-\ud83e\u2600-\u27bf]|\u200d|\ufe0f/;
