// UTF-16 units that the structure of blocks is made of.
/** No unit: what a state is given where the line ends. */
export const LINE_END = -1;
export const TAB = 0x09;
export const LINE_FEED = 0x0a;
export const CARRIAGE_RETURN = 0x0d;
export const SPACE = 0x20;
export const HASH = 0x23;
export const CLOSE_PARENTHESIS = 0x29;
export const ASTERISK = 0x2a;
export const PLUS = 0x2b;
export const HYPHEN = 0x2d;
export const DOT = 0x2e;
export const ZERO = 0x30;
const NINE = 0x39;
export const COLON = 0x3a;
export const LESS_THAN = 0x3c;
export const EQUALS = 0x3d;
export const GREATER_THAN = 0x3e;
export const OPEN_BRACKET = 0x5b;
export const BACKSLASH = 0x5c;
export const UNDERSCORE = 0x5f;
export const BACKTICK = 0x60;
const SMALL_A = 0x61;
const SMALL_Z = 0x7a;
export const PIPE = 0x7c;
export const TILDE = 0x7e;

export function isBlank(unit: number): boolean {
  return unit === SPACE || unit === TAB;
}

export function isDigit(unit: number): boolean {
  return unit >= ZERO && unit <= NINE;
}

export function isLineEnd(unit: number): boolean {
  return unit === LINE_FEED || unit === CARRIAGE_RETURN;
}

/** Of ASCII; a capital differs from a small letter by a bit. */
export function isLetter(unit: number): boolean {
  const small = unit | 0x20;
  return small >= SMALL_A && small <= SMALL_Z;
}
