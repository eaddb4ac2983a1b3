import type { Step } from "./arrange.ts";
import { between, random } from "./random.ts";

const LONGEST_PIECE = 96; // less than a chunk of an answer, so that most are cut
const HELD_SHARE = 0.4; // of the frames' last pieces: they wait for the next frame

/** Cuts anywhere, and joins the end of some frames with the beginning of the next. */
export function joggle(steps: Step[], seed: number): Step[] {
  const draw = random(seed);
  return recut(steps, (available, isLast) => {
    const size = between(draw, 1, LONGEST_PIECE);
    if (size < available) return size;
    return !isLast && draw() < HELD_SHARE ? 0 : available;
  });
}

/** Pieces of exactly `size` bytes; the last one may be shorter. */
export function resize(steps: Step[], size: number): Step[] {
  return recut(steps, (available, isLast) => {
    if (available >= size) return size;
    return isLast ? available : 0;
  });
}

/**
 * Cuts the steps' bytes anew. `choose` is told how many are at hand and says how many go next; 0
 * holds them until more come, which it must not say of the last step.
 */
function recut(steps: Step[], choose: (available: number, isLast: boolean) => number): Step[] {
  const out: Step[] = [];
  let held: Uint8Array[] = []; // not yet sent, in order
  let available = 0; // bytes held
  let delay = 0; // since the last piece
  steps.forEach((step, index) => {
    delay += step.delay;
    held.push(step.bytes);
    available += step.bytes.length;
    const isLast = index === steps.length - 1;
    let whole: Uint8Array | undefined; // all that is held, joined as soon as some of it goes
    while (available > 0) {
      const count = choose(available, isLast);
      if (count === 0) break;
      whole ??= join(held, available);
      const from = whole.length - available;
      out.push({ delay, bytes: whole.subarray(from, from + count) });
      delay = 0;
      available -= count;
    }
    if (whole !== undefined) held = [whole.subarray(whole.length - available)];
  });
  return out;
}

function join(parts: Uint8Array[], total: number): Uint8Array {
  const whole = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
