import { array, nat, tuple, type Arbitrary } from "fast-check";
import { isLong } from "./long.ts";
import { markedPlaces } from "./marked-places.ts";
import { cutAt, isList, units, unitAt, type Piece, type Whole } from "./whole.ts";

const EVERY_PLACE_UP_TO = 4_096;
const EVERY_PLACE_UP_TO_IF_LONG = 65_536;
const RANDOM_CUTTINGS = 20;
const RANDOM_CUTTINGS_IF_LONG = 200;
const SOME_OF_A_KIND = 4;
const SOME_RANDOM_CUTTINGS = 3;
const MOST_PLACES = 12;
const SEED = 0x6d696c6c;

/**
 * Random cuttings of the inputs that an arbitrary gives, empty pieces included. They shrink to
 * shorter inputs and to fewer cuts. An array is cut into its items.
 *
 * @example
 * ```ts
 * import { cuts } from "@millrace/testing";
 * import * as fc from "fast-check";
 *
 * fc.assert(fc.property(cuts(fc.constant("race")), (pieces) => pieces.join("") === "race"));
 * ```
 */
export function cuts<W extends Whole>(input: Arbitrary<W>): Arbitrary<Piece<W>[]> {
  return tuple(input, places()).map(([whole, numbers]) => cutAt(whole, fit(numbers, whole)));
}

/** Numbers that `fit` turns into places of any whole, so that both shrink on their own. */
export function places(): Arbitrary<number[]> {
  return array(nat(), { maxLength: MOST_PLACES });
}

export function fit(numbers: readonly number[], whole: Whole): number[] {
  return numbers.map((number) => number % (whole.length + 1)).sort((a, b) => a - b);
}

/**
 * Every cut of an input that the laws try, always the same ones: the whole; one unit a piece, also
 * with empty pieces between; all two-way cuts up to 4,096 units, above that those at marked places
 * (inside a CRLF, a UTF-8 sequence, a surrogate pair, an escape, a field name, and in the last 64
 * units); 20 random cuttings. `MILLRACE_LONG=1` in the environment makes it 65,536 and 200.
 * An array has one cut, into its items.
 *
 * @example
 * ```ts
 * import { everyCut } from "@millrace/testing";
 *
 * [...everyCut("ab")].slice(0, 4); // => [["ab"], ["a", "b"], ["", "a", "", "b", ""], ["", "ab"]]
 * [...everyCut([1, 2])]; // => [[1, 2]]
 * ```
 */
export function* everyCut<W extends Whole>(whole: W): Generator<Piece<W>[], void, undefined> {
  yield* cutInto(whole, cutPlaces(whole), isLong() ? RANDOM_CUTTINGS_IF_LONG : RANDOM_CUTTINGS);
}

/**
 * Cuts of each kind that `everyCut` tries, at most 4 of a kind: where the inputs are many and long,
 * as recorded streams are. `MILLRACE_LONG=1` in the environment makes it every cut.
 *
 * @example
 * ```ts
 * import { everyCut, someCuts } from "@millrace/testing";
 *
 * const recorded = 'data: {"delta":"läuft"}\r\n\r\n'.repeat(100);
 * [...someCuts(recorded)].length * 10 < [...everyCut(recorded)].length; // => true
 * ```
 */
export function* someCuts<W extends Whole>(whole: W): Generator<Piece<W>[], void, undefined> {
  if (isLong()) yield* everyCut(whole);
  else yield* cutInto(whole, markedPlaces(whole, SOME_OF_A_KIND), SOME_RANDOM_CUTTINGS);
}

/** In one, in units, with empty pieces between them, in two at places, and at random. */
function* cutInto<W extends Whole>(
  whole: W,
  inTwo: readonly number[],
  cuttings: number,
): Generator<Piece<W>[], void, undefined> {
  yield cutAt(whole, []);
  if (isList(whole)) return;
  yield units(whole);
  yield withEmptyPieces(whole);
  for (const place of inTwo) yield cutAt(whole, [place]);
  const random = randomNumbers(SEED);
  for (let index = 0; index < cuttings; index++) {
    const count = 1 + (random() % (4 + index * 2));
    yield cutAt(whole, fit(Array.from({ length: count }, random), whole));
  }
}

/** The places of all two-way cuts that are tried. */
export function cutPlaces(whole: Whole): number[] {
  const limit = isLong() ? EVERY_PLACE_UP_TO_IF_LONG : EVERY_PLACE_UP_TO;
  if (whole.length > limit) return markedPlaces(whole);
  return Array.from({ length: whole.length + 1 }, (_, place) => place);
}

function withEmptyPieces<W extends Whole>(whole: W): Piece<W>[] {
  const empty = unitAt(whole, whole.length);
  return [empty, ...units(whole).flatMap((unit) => [unit, empty])] as Piece<W>[];
}

/** xorshift: cuts must be the same on every machine, today and tomorrow. */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
