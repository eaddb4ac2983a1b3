/**
 * Whether a UTF-16 unit is a character that starts a grapheme behind, and ends one before, any other
 * such character. Not all that are so are here: it is a list of long ranges of letters in use. They
 * are letters and signs of class Other, and whole syllables of Hangul.
 */
export function isPlain(code: number): boolean {
  if (code < 0x7f) return code >= 0x20;
  if (code < 0x300) return code >= 0xa0 && code !== SOFT_HYPHEN;
  if (code < 0x591) return code >= 0x370 && !(code >= 0x483 && code <= 0x489); // Greek, Cyrillic, Armenian
  if (code < 0x3031)
    return (code >= 0x2010 && code <= 0x2027) || (code >= 0x3000 && code <= 0x3029);
  if (code < 0xa000) return code !== VOICED_MARK && code !== SEMI_VOICED_MARK; // kana, Han
  return (code >= 0xac00 && code <= 0xd7a3) || (code >= 0xff01 && code <= 0xff60); // Hangul, full width
}

const SOFT_HYPHEN = 0xad;
const VOICED_MARK = 0x3099;
const SEMI_VOICED_MARK = 0x309a;
