import { between, random } from "./random.ts";

// What a tokenizer never joins.
const RUNS: RegExp = new RegExp(
  [
    /['’](?:[smtd]|re|ve|ll)(?!\p{L})/u, // the end of a contraction
    / ?[\p{L}\p{M}]+/u, // a word with the space before it
    /\p{N}{1,3}/u,
    / ?[^\s\p{L}\p{M}\p{N}]{1,4}/u, // signs
    /\s*[\r\n]+/u,
    /\s+(?!\S)/u, // the spaces before an indented word, but for its own
    /\s+/u,
  ]
    .map(({ source }) => source)
    .join("|"),
  "gu",
);
const LATIN = /^ ?\p{Script=Latin}/u;

const LONGEST_PIECE = 8; // of a Latin word, its space included
const SHORTEST_PIECE = 3;
const LONGEST_FOREIGN_PIECE = 3; // scripts that tokenizers know less well come in crumbs

/**
 * Text in pieces as a model's tokens would be: mostly whole words with the space before them, long
 * and foreign words in parts. Never cut inside a character's surrogate pair.
 *
 * @example
 * ```ts
 * import { tokens } from "@millrace/testing/replay";
 *
 * tokens("The mill's wheel turns."); // => ["The", " mill", "'s", " wheel", " turns", "."]
 * ```
 */
export function tokens(text: string, seed = 1): string[] {
  const draw = random(seed);
  return (text.match(RUNS) ?? []).flatMap((run) => pieces(run, draw));
}

function pieces(run: string, draw: () => number): string[] {
  if (run.trim() === "") return [run];
  const characters = Array.from(run);
  const isLatin = LATIN.test(run);
  const longest = isLatin ? LONGEST_PIECE : LONGEST_FOREIGN_PIECE;
  if (characters.length <= longest) return [run];

  const out: string[] = [];
  for (let from = 0; from < characters.length;) {
    const to = from + between(draw, isLatin ? SHORTEST_PIECE : 1, longest);
    out.push(characters.slice(from, to).join(""));
    from = to;
  }
  return out;
}
