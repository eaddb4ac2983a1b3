// What a UTF-16 unit is to a sentence: the first of these patterns that it matches. A scan leaps
// over whatever stands behind a kind in this order.
const PATTERNS: readonly RegExp[] = [
  /\n/,
  /[.．]/,
  /…/,
  /[!?‽‼⁇⁈⁉\u037e]/,
  // Chinese and Japanese, Arabic and Urdu, Indic, Burmese and Khmer, Armenian, Ethiopic, Mongolian.
  /[。！？｡؟۔।॥။។៕։።፧፨᠃᠉]/,
  /`/,
  /</,
  /;/,
  /[,:–،؛\u0387]/,
  /[—、，；：﹑､፣፤፥]/,
  /\s/,
  /[)\]}]/,
  /[\p{Pe}\p{Pf}"'*_~＂＇]/u,
  /\p{Pi}/u,
  /[\udc00-\udfff\ud83c-\ud83e\u2600-\u27bf]|\u200d|\ufe0f/,
  /[&/-]/,
  /[\d０-９]/,
  // Georgian letters count as small ones, and stand at the beginning of sentences.
  /(?![\u10d0-\u10ff])\p{Ll}/u,
  /[\u3040-\u9fff\uac00-\ud7af\ud840-\ud88f]/, // kana, Han, Hangul
  /[\p{L}\p{M}\p{N}]/u,
  /(?:)/,
];

export const LINE_END = 1;
/** Ends a sentence, or an abbreviation, or stands in a number or a name. */
export const DOT = 2;
export const ELLIPSIS = 3;
/** Ends a sentence unless what follows goes on with it. */
export const MARK = 4;
/** Ends a sentence, whatever follows. */
export const STOP = 5;
/** May open a code span or a fenced block. */
export const BACKTICK = 6;
/** May open a tag. */
export const LESS = 7;
/** The question mark of Greek. */
export const SEMICOLON = 8;
// 9 ends a clause where space follows.
/** Ends a clause, whatever follows. */
export const WIDE_COMMA = 10;
export const SPACE = 11;
/** Closes behind a mark, also with space between. */
export const BRACKET = 12;
/** Closes behind a mark. */
export const CLOSER = 13;
/** A quotation mark that closes in some languages and opens in others: not behind a STOP. */
export const OPENER_OR_CLOSER = 14;
/** Belongs to the sentence like a closer, and closes nothing: emoji, and the halves of most. */
export const EMOJI = 15;
/** Stands in an abbreviation. */
export const JOINER = 16;
export const DIGIT = 17;
export const SMALL = 18;
export const CJK = 19;
export const LETTER = 20;

export function isEnder(kind: number): boolean {
  return kind >= DOT && kind <= STOP;
}

export function isSpace(kind: number): boolean {
  return kind === SPACE || kind === LINE_END;
}

export function isLetterOrDigit(kind: number): boolean {
  return kind >= DIGIT && kind <= LETTER;
}

/** A letter or digit of a script with spaces between its words. */
export function isPlain(kind: number): boolean {
  return isLetterOrDigit(kind) && kind !== CJK;
}

/** Whether it closes something behind a mark. */
export function isClosing(kind: number, ender: number): boolean {
  return kind >= BRACKET && kind <= (ender === STOP ? CLOSER : OPENER_OR_CLOSER);
}

/** Whether nothing begins with it: a further mark, or what a clause ends with. */
export function isContinuation(kind: number): boolean {
  return isEnder(kind) || (kind >= SEMICOLON && kind <= BRACKET);
}

const UNITS = 0x10000;
let known: Uint8Array | undefined;

/** The kind of a unit. To look it up costs a tenth of what the patterns do. */
export function kindAt(text: string, at: number): number {
  known ??= new Uint8Array(UNITS);
  return known[text.charCodeAt(at)] || learn(known, text, at);
}

function learn(kinds: Uint8Array, text: string, at: number): number {
  const unit = text.charAt(at);
  const kind = 1 + PATTERNS.findIndex((pattern) => pattern.test(unit));
  kinds[text.charCodeAt(at)] = kind;
  return kind;
}

/** Finds all units of a kind up to SEMICOLON, and some others: faster than to look each up. */
const COARSE = /[\n.!?`<;\u037e\u0589-\u1fff\u2024-\u2bff\u3000-\u303f\uff00-\uffef]/g;

/** Finds the first unit, from an index on, of a kind up to `last`. */
export function specialFinder(last: number): (text: string, from: number) => number {
  return (text, from) => {
    let at = from;
    if (last <= SEMICOLON) {
      COARSE.lastIndex = from;
      if (!COARSE.test(text)) return text.length;
      at = COARSE.lastIndex - 1;
    }
    while (at < text.length && kindAt(text, at) > last) at++;
    return at;
  };
}
