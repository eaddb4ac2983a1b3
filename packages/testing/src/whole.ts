import { isBytes } from "@millrace/core/text";

/** A whole input: text and bytes are cut anywhere, an array is pushed item by item. */
export type Whole = string | Uint8Array | readonly unknown[];

/** What is pushed at a time: a slice of text or bytes, or an item of an array. */
export type Piece<W extends Whole> = W extends readonly (infer Item)[] ? Item : W;

/** The part of a whole between two places. Bytes share their buffer, as network chunks may. */
export function slice<W extends Whole>(whole: W, from: number, to?: number): W {
  const part = isBytes(whole) ? whole.subarray(from, to) : whole.slice(from, to);
  return part as W;
}

/** Cuts a whole at places in ascending order; a place given twice makes an empty piece. */
export function cutAt<W extends Whole>(whole: W, places: Iterable<number>): Piece<W>[] {
  if (isList(whole)) return Array.from(whole) as Piece<W>[];
  const pieces: W[] = [];
  let from = 0;
  for (const place of places) {
    pieces.push(slice(whole, from, place));
    from = place;
  }
  pieces.push(slice(whole, from));
  return pieces as Piece<W>[];
}

/** One unit a piece: a UTF-16 code unit, a byte, an item. */
export function units<W extends Whole>(whole: W): Piece<W>[] {
  const pieces: unknown[] = [];
  for (let index = 0; index < whole.length; index++) pieces.push(unitAt(whole, index));
  return pieces as Piece<W>[];
}

export function unitAt(whole: Whole, index: number): unknown {
  return isList(whole) ? whole[index] : slice(whole, index, index + 1);
}

/** A whole of the same kind as the first one. */
export function concat<W extends Whole>(first: W, ...others: readonly W[]): W {
  return joinAll([first, ...others]) as W;
}

function joinAll(wholes: readonly Whole[]): Whole {
  const [first] = wholes;
  if (typeof first === "string") return wholes.join("");
  if (!isBytes(first)) return (wholes as readonly (readonly unknown[])[]).flat(1);
  const bytes = new Uint8Array(wholes.reduce((length, { length: more }) => length + more, 0));
  let at = 0;
  for (const whole of wholes as readonly Uint8Array[]) {
    bytes.set(whole, at);
    at += whole.length;
  }
  return bytes;
}

/** Outputs as one whole, where all of them are text, or all bytes; otherwise the items. */
export function concatPieces(pieces: readonly unknown[]): Whole {
  const isUniform =
    pieces.length > 0 &&
    (pieces.every((piece) => typeof piece === "string") || pieces.every(isBytes));
  return isUniform ? joinAll(pieces) : pieces;
}

/** Whether a whole is pushed item by item. */
export function isList(whole: Whole): whole is readonly unknown[] {
  return typeof whole !== "string" && !isBytes(whole);
}
