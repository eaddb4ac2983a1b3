const NOT_ASCII = /[^\0-\x7f]/;

/** Whether each unit of the text is one byte, so that offsets in bytes are offsets in units. */
export function isAscii(text: string): boolean {
  return !NOT_ASCII.test(text);
}
