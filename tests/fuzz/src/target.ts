import type { Stage } from "@millrace/core";
import {
  cancelTravels,
  cutsNeverMatter,
  dataBeforeError,
  nothingLost,
  oneMeaning,
  prompt,
  type LawsOptions,
} from "@millrace/testing";
import * as fc from "fast-check";

/** What is fuzzed. */
export interface Target<W> {
  /** As in `lines, with lone CRs`: the name that fixtures know it by. */
  name: string;
  input: fc.Arbitrary<W>;
  /** Each rejects if something does not hold for an input. The first ones are quick. */
  checks: readonly ((input: W) => Promise<void>)[];
}

/** An input of some target: text, bytes, or items. */
export type AnyInput = string | Uint8Array | readonly unknown[];
export type AnyTarget = Target<AnyInput>;

type Declared<I, O, W extends AnyInput> = Omit<
  LawsOptions<I, O, W>,
  "input" | "samples" | "limit" | "hostile" | "runs" | "seed"
> & {
  /** What else must be so, whatever comes. */
  holds?: (input: W) => void;
};

/** Inputs up to here are cut everywhere by the law itself. */
const SHORT = 24;
const CUTS = 4;
/** Up to here every prefix is compared with all that is longer: this is quadratic. */
const SHORT_FOR_PROMPT = 48;

/** A stage under every law that can be checked with one input. Its limit and cost are not: see its own tests. */
export function stageTarget<I, O, W extends AnyInput>(
  name: string,
  make: () => Stage<I, O>,
  input: fc.Arbitrary<W>,
  { holds, ...declared }: Declared<I, O, W> = {},
): AnyTarget {
  // The seed is that of the cuts, so that what was found fails again.
  const once = (whole: W) => ({ ...declared, input: fc.constant(whole), runs: 1, seed: 1 });

  async function asMachine(whole: W): Promise<void> {
    holds?.(whole);
    const runs = whole.length > SHORT ? CUTS : 1;
    await cutsNeverMatter(name, make, { ...once(whole), runs });
    await nothingLost(name, make, once(whole));
    if (whole.length <= SHORT_FOR_PROMPT) await prompt(name, make, once(whole));
  }

  async function asStream(whole: W): Promise<void> {
    for (const law of [oneMeaning, dataBeforeError, cancelTravels]) {
      await law(name, make, once(whole));
    }
  }

  return { name, input, checks: [asMachine, asStream] } as unknown as AnyTarget;
}

/** Something that is no stage, or that is more than one. */
export function otherTarget<W extends AnyInput>(
  name: string,
  input: fc.Arbitrary<W>,
  holds: (input: W) => void,
): AnyTarget {
  const check = (whole: W) => Promise.resolve(whole).then(holds);
  return { name, input, checks: [check] } as unknown as AnyTarget;
}
