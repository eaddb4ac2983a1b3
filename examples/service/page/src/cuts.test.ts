import { expect, test } from "vitest";
import { cutAnew, nameOfSize, piecesOf } from "./cuts.ts";

const BYTES = Uint8Array.of(1, 2, 3, 4, 5);
const sizes = (pieces: Iterable<Uint8Array>) => Array.from(pieces, ({ length }) => length);

test("A chunk is cut into pieces of a size, the last one shorter", () => {
  expect(sizes(piecesOf(BYTES, 2))).toEqual([2, 2, 1]);
  expect(sizes(piecesOf(BYTES, 9))).toEqual([5]);
  expect(sizes(piecesOf(BYTES, undefined))).toEqual([5]);
});

test("Chunks are cut anew across the places where the network cut them", () => {
  const chunks = [BYTES, BYTES.subarray(0, 1)];
  expect(sizes(cutAnew(chunks, undefined))).toEqual([5, 1]);
  const pieces = [...cutAnew(chunks, 4)];
  expect(sizes(pieces)).toEqual([4, 2]);
  expect(pieces.flatMap((piece) => [...piece])).toEqual([1, 2, 3, 4, 5, 1]);
});

test("Sizes have names for people", () => {
  expect([undefined, 1, 4096].map(nameOfSize)).toEqual([
    "as the network cut it",
    "1 byte each",
    "4,096 bytes each",
  ]);
});
