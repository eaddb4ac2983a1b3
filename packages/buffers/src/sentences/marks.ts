// What a UTF-16 unit can do to a sentence, as small numbers: those from NEWLINE on stop the scan.
export const OTHER = 0;
/** Space on the same line. */
export const SPACE = 1;
/** What begins something, and so ends the word before it. */
export const OPENER = 2;
/** Belongs to the sentence when it stands behind its ender. */
export const CLOSER = 3;
/** A quotation mark that closes in some languages and opens in others. */
export const EITHER = 4;
/** Belongs to the sentence like a closer, and closes nothing. Halves of surrogate pairs too. */
export const EMOJI = 5;
export const NEWLINE = 6;
/** Ends a sentence, or an abbreviation, or stands in a number or a name. */
export const DOT = 7;
export const ELLIPSIS = 8;
/** Ends a sentence unless what follows goes on with it. */
export const MARK = 9;
/** Ends a sentence, whatever follows. */
export const STOP = 10;

/** The marks of all scripts whose full stop has no other use. */
const STOPS =
  "。！？｡﹒﹖﹗" + // Chinese, Japanese
  "؟۔" + // Arabic, Urdu
  "।॥෴꣎꯫᱾" + // Indic
  "።፧፨" + // Ethiopic
  "။។៕" + // Burmese, Khmer
  "։܂᠃᠉߹⳹꓿꘎꛳"; // Armenian, Syriac, Mongolian, N'Ko, Coptic, Lisu, Vai, Bamum

const CHARACTERS: readonly (readonly [kind: number, characters: string])[] = [
  [SPACE, "\t\v\f \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"],
  [SPACE, "\u202f\u205f\u3000\ufeff"],
  [OPENER, "([{<,;:=|#¿¡—–„‚（「『【《〈［｛｢"],
  [CLOSER, ")]}\"'*_~`”’»›）」』】》〉］｝｣＂＇"],
  [EITHER, "“‘«‹"],
  [NEWLINE, "\n\r\u2028\u2029"],
  [DOT, ".．"],
  [ELLIPSIS, "…"],
  [MARK, "!?‽‼⁇⁈⁉"],
  [STOP, STOPS],
];

const EMOJI_RANGES = [
  [0x200d, 0x200d], // joins emoji
  [0x2600, 0x27bf],
  [0xd83c, 0xd83e], // first halves
  [0xdc00, 0xdfff], // second halves
  [0xfe0f, 0xfe0f], // makes an emoji of a character
] as const;

let kinds: Uint8Array | undefined;

/** The kind of every UTF-16 unit, made when it is first asked for. */
export function kindsOfUnits(): Uint8Array {
  if (kinds !== undefined) return kinds;
  kinds = new Uint8Array(0x10000);
  for (const [from, to] of EMOJI_RANGES) kinds.fill(EMOJI, from, to + 1);
  for (const [kind, characters] of CHARACTERS) {
    for (const character of characters) kinds[character.charCodeAt(0)] = kind;
  }
  return kinds;
}
