import * as fc from "fast-check";

const CHARACTERS = ["a", "b", "c", ".", "[ab]", "[^a]", "[]", "\\w", "\\x61", "\\u0062", "(?:)"];
const UNICODE_CHARACTERS = [...CHARACTERS, "😀", "\\u{1f600}", "\\ud83d\\ude00", "\\p{L}", "[^😀]"];
const QUANTIFIERS = ["*", "+", "?", "{2}", "{1,2}", "{0,3}", "{2,}", "{0}"];

/** Regular expressions of all kinds, over a few characters, not so deep that they take for ever. */
export function patterns(): fc.Arbitrary<RegExp> {
  return fc
    .constantFrom("", "u", "v", "s", "i", "iu")
    .chain((flags) =>
      sources(/[uv]/.test(flags) ? UNICODE_CHARACTERS : CHARACTERS).map(
        (source) => new RegExp(source, flags),
      ),
    );
}

function sources(characters: readonly string[]): fc.Arbitrary<string> {
  const { source } = fc.letrec<{ source: string; piece: string; atom: string }>((tie) => ({
    atom: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      { arbitrary: fc.constantFrom(...characters), weight: 6 },
      { arbitrary: tie("source").map((inside) => `(?:${inside})`), weight: 1 },
      { arbitrary: tie("source").map((inside) => `(${inside})`), weight: 1 },
    ),
    piece: fc
      .tuple(tie("atom"), fc.option(fc.constantFrom(...QUANTIFIERS)), fc.boolean())
      .map(
        ([atom, quantifier, lazy]) => atom + (quantifier ?? "") + (quantifier && lazy ? "?" : ""),
      ),
    source: fc
      .array(fc.array(tie("piece"), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 2 })
      .map((alternatives) => alternatives.map((pieces) => pieces.join("")).join("|")),
  }));
  return source;
}
