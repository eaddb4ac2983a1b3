/** The keys of a stream, in one slot of a cluster. */
export interface Keys {
  log: string;
  state: string;
  wish: string;
  /** As the scripts take them. */
  all: readonly string[];
}

export function keysOf(prefix: string, id: string): Keys {
  const own = `${prefix}{${id}}:`;
  const [log, state, wish] = [`${own}log`, `${own}state`, `${own}stop`];
  return { log, state, wish, all: [log, state, wish] };
}

/**
 * Behind which entry of the log to read on after an entry of ours.
 *
 * @param starts The epochs and the tails at which they began, as in `1:0 2:57 `.
 */
export function placeAfter(starts: string, after: number): string {
  let place = "0";
  for (const start of starts.trim().split(" ")) {
    const [epoch = "0", tail] = start.split(":");
    if (Number(tail) > after) break;
    place = epoch;
  }
  return `${place}-${String(after)}`;
}

/** Whether one place in a log is behind another. */
export function isBehind(place: string, other: string): boolean {
  const [epoch, seq] = place.split("-").map(Number);
  const [otherEpoch, otherSeq] = other.split("-").map(Number);
  return epoch === otherEpoch ? seq! > otherSeq! : epoch! > otherEpoch!;
}
