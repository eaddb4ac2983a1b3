const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", "\\": "\\" };

/** A text of the command line, where `\n`, `\r`, `\t` and `\\` are what they are in code. */
export function unescape(text: string): string {
  return text.replace(/\\([nrt\\])/g, (_, letter: string) => ESCAPES[letter] ?? letter);
}

/** A text, or, between slashes, a regular expression: `/sk-\w{8,}/i`. */
export function pattern(text: string): string | RegExp {
  const [, source, flags] = /^\/(.+)\/([a-z]*)$/s.exec(text) ?? [];
  return source === undefined ? unescape(text) : new RegExp(source, flags);
}
