/** What stands behind the marks that open a fence, backslash escapes and references read. */
export interface InfoString {
  info: string;
  /** Its first word, as in `ts`, `c++`. */
  lang: string;
  /** What follows that word. */
  meta: string;
}

const NULL = /\0/g;
const REPLACEMENT = "\ufffd";
const ESCAPED = /\\([!-/:-@[-`{-~])|&(?:#([xX][\da-fA-F]{1,6}|\d{1,7})|(amp|lt|gt|quot));/g;
const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };
const SURROGATE = /\p{Cs}/u;
const LAST_CODE_POINT = 0x10ffff;

export function readInfoString(raw: string): InfoString {
  const info = raw
    .replace(NULL, REPLACEMENT)
    .replace(ESCAPED, (_, unit?: string, number?: string, name: string = "") => {
      return unit ?? (number === undefined ? NAMED[name]! : characterOf(Number(`0${number}`)));
    });
  const [lang = ""] = info.split(/\s/, 1);
  return { info, lang, meta: info.slice(lang.length).trim() };
}

function characterOf(codePoint: number): string {
  if (codePoint === 0 || codePoint > LAST_CODE_POINT) return REPLACEMENT;
  return String.fromCodePoint(codePoint).replace(SURROGATE, REPLACEMENT);
}
