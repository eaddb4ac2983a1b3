import { drawInteger, pick, random } from "./random.ts";

const LETTERS = "etaoinshrdlucmfwypvbgkjqxz";
/** What is not a plain word: punctuation, escapes in JSON, more than one byte in UTF-8. */
const SPECIAL = [
  ",",
  ".",
  ".\n\n",
  ":\n",
  ' "',
  '"',
  "\\n",
  "`",
  "**",
  "- ",
  "é",
  "—",
  " 東京",
  "🙂",
];
const SPECIAL_SHARE = 0.15;

/** Token-like pieces of an answer: 1–8 characters, most of them a word with its space before. */
export function deltas(count: number, seed = 1): string[] {
  const draw = random(seed);
  return Array.from({ length: count }, () => {
    if (draw() < SPECIAL_SHARE) return pick(draw, SPECIAL);
    const space = draw() < 0.8 ? " " : "";
    let word = space;
    for (let length = drawInteger(draw, 1, 8 - space.length); length > 0; length--) {
      // The product of two draws makes the first letters the frequent ones.
      word += LETTERS[Math.floor(draw() * draw() * LETTERS.length)]!;
    }
    return word;
  });
}
