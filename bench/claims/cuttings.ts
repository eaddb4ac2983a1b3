const PLACES = 12;

/** Bytes in one chunk; one byte a chunk; every cut in two; a grid of cuts in three. */
export function* cuttingsOf(whole: Uint8Array): Generator<Uint8Array[]> {
  const cut = (...places: number[]) =>
    [0, ...places].map((from, index) => whole.slice(from, places[index]));
  yield cut();
  yield cut(...Array.from({ length: Math.max(0, whole.length - 1) }, (_, index) => index + 1));
  for (let place = 1; place < whole.length; place++) yield cut(place);
  const step = Math.ceil(whole.length / PLACES);
  for (let first = step; first < whole.length; first += step) {
    for (let second = first + step; second < whole.length; second += step) yield cut(first, second);
  }
}
