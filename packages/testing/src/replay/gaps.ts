import { random } from "./random.ts";

// Milliseconds, and shares of all gaps: about fifty tokens a second, as hosted models give them.
const FIRST_TOKEN = 250;
const FIRST_TOKEN_SPREAD = 200;
const MEDIAN_GAP = 16;
const LONGEST_GAP = 120;
const SPREAD = 0.6; // of the gap's logarithm
const BURST_SHARE = 0.12; // tokens that share a packet with the one before
const PAUSE_SHARE = 0.015; // the machine does something else
const SHORTEST_PAUSE = 80;
const PAUSE_SPREAD = 170;

/**
 * Inter-token gaps as hosted models have them, the same for the same seed: a wait for the first
 * token, then a long-tailed rhythm with bursts and a pause here and there.
 */
export function gaps(seed: number): () => number {
  const draw = random(seed);
  let first = true;

  return () => {
    if (first) {
      first = false;
      return Math.round(FIRST_TOKEN + FIRST_TOKEN_SPREAD * draw());
    }
    const share = draw();
    if (share < BURST_SHARE) return 0;
    if (share > 1 - PAUSE_SHARE) return Math.round(SHORTEST_PAUSE + PAUSE_SPREAD * draw());
    return Math.round(Math.min(LONGEST_GAP, MEDIAN_GAP * Math.exp(SPREAD * normal(draw))));
  };
}

/** A draw from the standard normal distribution (Box and Muller). */
function normal(draw: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
}
