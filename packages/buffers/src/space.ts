const TAB = 0x09;
const RETURN = 0x0d;
const SPACE = 0x20;
const NO_BREAK_SPACE = 0xa0;
const OGHAM_SPACE = 0x1680;
const EN_QUAD = 0x2000;
const HAIR_SPACE = 0x200a;
const LINE_SEPARATOR = 0x2028;
const PARAGRAPH_SEPARATOR = 0x2029;
const NARROW_NO_BREAK_SPACE = 0x202f;
const MATHEMATICAL_SPACE = 0x205f;
const IDEOGRAPHIC_SPACE = 0x3000;
const BYTE_ORDER_MARK = 0xfeff;

/** Whether a UTF-16 unit is what a regular expression calls `\s`. No surrogate is. */
export function isSpace(code: number): boolean {
  if (code < NO_BREAK_SPACE) return code <= SPACE && (code === SPACE || isControl(code));
  if (code < EN_QUAD) return code === NO_BREAK_SPACE || code === OGHAM_SPACE;
  if (code > IDEOGRAPHIC_SPACE) return code === BYTE_ORDER_MARK;
  return (
    code <= HAIR_SPACE ||
    code === LINE_SEPARATOR ||
    code === PARAGRAPH_SEPARATOR ||
    code === NARROW_NO_BREAK_SPACE ||
    code === MATHEMATICAL_SPACE ||
    code === IDEOGRAPHIC_SPACE
  );
}

function isControl(code: number): boolean {
  return code >= TAB && code <= RETURN;
}

/** Where the space that begins at `from`, if any, ends. */
export function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && isSpace(text.charCodeAt(at))) at++;
  return at;
}
