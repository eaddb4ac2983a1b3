const TAB = 0x09;
const RETURN = 0x0d;
const SPACE = 0x20;
const FIRST_WIDE = 0xa0;
const WIDE = /\s/;

/** Whether a UTF-16 unit is what a regular expression calls `\s`. No surrogate is. */
export function isSpace(code: number): boolean {
  if (code < FIRST_WIDE) return code === SPACE || (code >= TAB && code <= RETURN);
  return mayBeWideSpace(code) && WIDE.test(String.fromCharCode(code));
}

/** Keeps the regular expression away from nearly all text: it costs fifty times as much. */
function mayBeWideSpace(code: number): boolean {
  const page = code >> 8;
  return code === FIRST_WIDE || page === 0x16 || page === 0x20 || page === 0x30 || page === 0xfe;
}

/** Where the space that begins at `from`, if any, ends. */
export function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && isSpace(text.charCodeAt(at))) at++;
  return at;
}
