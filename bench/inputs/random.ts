/** Random numbers in [0, 1), the same for the same seed on every machine (mulberry32). */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Draws whole numbers from `least` to `most`. */
export function drawInteger(draw: () => number, least: number, most: number): number {
  return least + Math.floor(draw() * (most - least + 1));
}

export function pick<T>(draw: () => number, values: ArrayLike<T>): T {
  return values[Math.floor(draw() * values.length)]!;
}
