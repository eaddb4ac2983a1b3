const STEP = 0x9e3779b9; // 2^32 over the golden ratio: successive states fall far apart
const RANGE = 4_294_967_296;

/** Numbers in [0, 1) that depend on the seed alone: a counter whose bits are mixed. */
export function random(seed: number): () => number {
  let state = Math.imul(seed, STEP) >>> 0;
  return () => {
    state = (state + STEP) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / RANGE;
  };
}

/** A whole number between both bounds, bounds included. */
export function between(draw: () => number, low: number, high: number): number {
  return low + Math.floor(draw() * (high - low + 1));
}

/** So many letters and digits, as in the ids of requests. */
export function letters(draw: () => number, count: number): string {
  return Array.from({ length: count }, () => ALPHABET[between(draw, 0, ALPHABET.length - 1)]).join(
    "",
  );
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
