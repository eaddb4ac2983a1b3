// What a character begins, and what may stand next: sets of these.
export const STRING = 1;
export const NUMBER = 2;
export const WORD = 4;
export const OPEN_OBJECT = 8;
export const OPEN_ARRAY = 16;
export const CLOSE_OBJECT = 32;
export const CLOSE_ARRAY = 64;
export const COLON = 128;
export const COMMA = 256;
export const BLANK = 512;

export const NAME: number = STRING | BLANK;
export const VALUE: number = NAME | NUMBER | WORD | OPEN_OBJECT | OPEN_ARRAY;

/** Their characters, in the same order. */
const CHARACTERS = ['"', "-0123456789", "tfn", "{", "[", "}", "]", ":", ",", " \t\r\n"];
const ASCII = 128;

/** By character code. Nothing beyond it has a meaning outside of strings. */
export const KINDS: Uint16Array = new Uint16Array(ASCII);
CHARACTERS.forEach((characters, index) => {
  for (const character of characters) KINDS[character.charCodeAt(0)] = 1 << index;
});
