// What may stand next: a set of these.
export const NOTHING = 0;
export const STRING = 1;
export const NUMBER = 2;
export const LITERAL = 4;
export const OPEN_OBJECT = 8;
export const OPEN_ARRAY = 16;
export const CLOSE_OBJECT = 32;
export const CLOSE_ARRAY = 64;
export const COLON = 128;
export const COMMA = 256;
export const BLANK = 512;
export const VALUE: number = /* @__PURE__ */ anyOf(
  STRING,
  NUMBER,
  LITERAL,
  OPEN_OBJECT,
  OPEN_ARRAY,
  BLANK,
);
export const NAME: number = /* @__PURE__ */ anyOf(STRING, BLANK);

function anyOf(...kinds: number[]): number {
  return kinds.reduce((all, kind) => all | kind);
}

const ASCII = 128;
/** What a character begins. */
export const KINDS: Uint16Array = kindsOfCharacters({
  '"': STRING,
  "-0123456789": NUMBER,
  tfn: LITERAL,
  "{": OPEN_OBJECT,
  "[": OPEN_ARRAY,
  "}": CLOSE_OBJECT,
  "]": CLOSE_ARRAY,
  ":": COLON,
  ",": COMMA,
  " \t\r\n": BLANK,
});

/* @__NO_SIDE_EFFECTS__ */
function kindsOfCharacters(kinds: Readonly<Record<string, number>>): Uint16Array {
  const table = new Uint16Array(ASCII);
  for (const [characters, kind] of Object.entries(kinds)) {
    for (const character of characters) table[character.charCodeAt(0)] = kind;
  }
  return table;
}
