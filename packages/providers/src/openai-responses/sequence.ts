import { count, type Wire } from "../shared/wire.ts";

/** Follows the numbers of the events, by which a stream can be taken up again. */
export interface Sequence {
  /** The number of the latest event. */
  readonly last: number | undefined;
  /** The first number is none that a stream begins with. */
  readonly startsLate: boolean;
  /** Takes the next number; false if its event has been here already. */
  take(number: number | undefined): boolean;
  /** The number of an event. */
  of(event: Wire): number | undefined;
}

/** Rises that are enough to believe the numbers: some servers give all events the same. */
const ENOUGH = 3;

export function openSequence(): Sequence {
  let last: number | undefined;
  let first: number | undefined;
  let rises = 0;

  return {
    get last() {
      return last;
    },
    get startsLate() {
      return first !== undefined && first > 1;
    },
    take(number) {
      if (number === undefined) return true;
      first ??= number;
      if (last !== undefined && number <= last) {
        if (rises >= ENOUGH) return false;
        rises = 0;
      } else rises++;
      last = number;
      return true;
    },
    of: (event) => count(event["sequence_number"]),
  };
}
