const FIRST_HIGH_SURROGATE = 0xd800;
const FIRST_LOW_SURROGATE = 0xdc00;
const LAST_UNIT = 0xffff;

/**
 * Whether the last unit of a text is the first half of a surrogate pair, whose other half may follow:
 * such a text is held back by one unit, so that no output ends inside a character.
 *
 * @example
 * ```ts
 * import { endsInHalf } from "@millrace/core/text";
 *
 * endsInHalf("mill \ud83c"); // => true
 * endsInHalf("mill 🌾"); // => false
 * ```
 */
export function endsInHalf(text: string): boolean {
  const last = text.charCodeAt(text.length - 1);
  return last >= FIRST_HIGH_SURROGATE && last < FIRST_LOW_SURROGATE;
}

/**
 * Whether the two units at a place are one character, which a cut between them would break.
 *
 * @example
 * ```ts
 * import { isPair } from "@millrace/core/text";
 *
 * isPair("a🌾", 1); // => true
 * isPair("a🌾", 2); // => false
 * ```
 */
export function isPair(text: string, at: number): boolean {
  return (text.codePointAt(at) ?? 0) > LAST_UNIT;
}
