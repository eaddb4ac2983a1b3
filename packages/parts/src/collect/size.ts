/**
 * What a value takes: a unit for itself and each value in it, and the length of each text. It does not
 * count beyond `most`, so that a value inside itself has an end.
 */
export function sizeOf(value: unknown, most: number): number {
  const rest = [value];
  let size = 0;
  for (let next = rest.pop(); size <= most; next = rest.pop()) {
    size++;
    if (typeof next === "string") size += next.length;
    else if (typeof next === "object" && next !== null) {
      for (const inner of Object.values(next)) rest.push(inner);
    }
    if (rest.length === 0) break;
  }
  return size;
}
