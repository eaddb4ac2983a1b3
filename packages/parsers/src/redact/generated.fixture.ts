import * as fc from "fast-check";

/** A regular expression, and the same as a search that shows what it asks for. */
export interface Generated {
  expression: RegExp;
  /** Where the match at the beginning of a text ends: `ASKS`, if it asks for more than there is. */
  end: (text: string) => number;
}

export const ASKS = Infinity;
const FAILS = -1;

/** A piece of a regular expression: tries to go on at a place, first in the way it likes best. */
interface Piece {
  source: string;
  end: (text: string, at: number, next: (at: number) => number) => number;
}

const CHARACTERS = ["a", "b", "c", ".", "[ab]", "[^a]", "[]", "\\w", "\\x61", "\\u0062"];
const UNICODE_CHARACTERS = [...CHARACTERS, "😀", "\\u{1f600}", "\\ud83d\\ude00", "\\p{L}", "[^😀]"];
/**
 * With the flag `v`, V8 in Node.js 20 reads a negated class in a repeated group as its opposite: that
 * can be no oracle.
 */
const NEGATES = new RegExp("(?:a[^a]){2}", "v").test("abab");
const SET_CHARACTERS = UNICODE_CHARACTERS.filter((source) => NEGATES || !source.startsWith("[^"));
const QUANTIFIERS: [source: string, least: number, most: number][] = [
  ["", 1, 1],
  ["*", 0, Infinity],
  ["+", 1, Infinity],
  ["?", 0, 1],
  ["{2}", 2, 2],
  ["{1,2}", 1, 2],
  ["{0,3}", 0, 3],
  ["{2,}", 2, Infinity],
  ["{2,3}", 2, 3],
  ["{0}", 0, 0],
];

/** Regular expressions of all kinds, over a few characters, not so deep that they take for ever. */
export function generatedPatterns(): fc.Arbitrary<Generated> {
  return fc.constantFrom("", "u", "v", "s", "i", "iu").chain((flags) =>
    pieces(flags).map(({ source, end }) => ({
      expression: new RegExp(source, flags),
      end: (text) => end(text, 0, (at) => at),
    })),
  );
}

function pieces(flags: string): fc.Arbitrary<Piece> {
  const unicode = flags === "v" ? SET_CHARACTERS : UNICODE_CHARACTERS;
  const characters = /[uv]/.test(flags) ? unicode : CHARACTERS;
  const { all } = fc.letrec<{ all: Piece; piece: Piece; atom: Piece }>((tie) => ({
    atom: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      { arbitrary: fc.constantFrom(...characters).map((one) => character(one, flags)), weight: 6 },
      { arbitrary: tie("all").map((inside) => group("(?:", inside)), weight: 1 },
      { arbitrary: tie("all").map((inside) => group("(", inside)), weight: 1 },
    ),
    piece: fc
      .tuple(tie("atom"), fc.constantFrom(...QUANTIFIERS), fc.boolean())
      .map(([atom, quantifier, lazy]) => repetition(atom, quantifier, lazy)),
    all: fc
      .array(fc.array(tie("piece"), { maxLength: 3 }).map(sequence), { minLength: 1, maxLength: 2 })
      .map(choice),
  }));
  return all;
}

function character(source: string, flags: string): Piece {
  const expression = new RegExp(`^${source}$`, flags);
  const isUnicode = /[uv]/.test(flags);
  return {
    source,
    end(text, at, next) {
      if (at === text.length) return ASKS;
      const one = isUnicode ? String.fromCodePoint(text.codePointAt(at)!) : text[at]!;
      return expression.test(one) ? next(at + one.length) : FAILS;
    },
  };
}

function group(opening: string, { source, end }: Piece): Piece {
  return { source: `${opening}${source})`, end };
}

function sequence(all: readonly Piece[]): Piece {
  return {
    source: all.map(({ source }) => source).join(""),
    end: (text, from, last) =>
      all.reduceRight<(at: number) => number>(
        (next, piece) => (at) => piece.end(text, at, next),
        last,
      )(from),
  };
}

function choice(all: readonly Piece[]): Piece {
  return {
    source: all.map(({ source }) => source).join("|"),
    end: (text, at, next) =>
      all.reduce((end, piece) => (end === FAILS ? piece.end(text, at, next) : end), FAILS),
  };
}

function repetition(
  piece: Piece,
  [quantifier, least, most]: (typeof QUANTIFIERS)[number],
  lazy: boolean,
): Piece {
  return {
    source: piece.source + quantifier + (quantifier !== "" && lazy ? "?" : ""),
    end(text, from, next) {
      function repeat(at: number, done: number): number {
        const again = () =>
          done === most
            ? FAILS
            : piece.end(text, at, (end) =>
                done >= least && end === at ? FAILS : repeat(end, done + 1),
              );
        if (done < least) return again();
        const first = lazy ? next(at) : again();
        if (first !== FAILS) return first;
        return lazy ? again() : next(at);
      }
      return repeat(from, 0);
    },
  };
}
