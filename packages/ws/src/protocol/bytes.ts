const BEYOND_ASCII = /[^\0-\x7f]/;
const MOST_PER_UNIT = 3; // bytes of UTF-8 for a unit of UTF-16; a pair of surrogates takes 4 together

/** How many bytes a text is in UTF-8: what it counts for on a socket. */
export function byteLength(text: string): number {
  if (!BEYOND_ASCII.test(text)) return text.length;
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit > 0x7f) bytes += unit > 0x7ff ? 2 : 1;
    // The pair is two units and four bytes: the second one brings no more than the unit it is.
    if (isHighSurrogate(unit) && isLowSurrogate(text.charCodeAt(index + 1))) index++;
  }
  return bytes;
}

/** Whether a text is longer than so many bytes of UTF-8, mostly without counting them. */
export function isLonger(text: string, bytes: number): boolean {
  if (text.length > bytes) return true;
  return text.length * MOST_PER_UNIT > bytes && byteLength(text) > bytes;
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
