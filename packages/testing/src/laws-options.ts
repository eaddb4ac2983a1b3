import type { Stage } from "@millrace/core";
import type { Arbitrary } from "fast-check";
import type { Join } from "./observe.ts";
import type { Whole } from "./whole.ts";

/** What a stage declares about itself, so that the laws can be checked. */
export interface LawsOptions<I, O, W extends Whole> {
  /** Whole inputs; the laws cut them. */
  input: Arbitrary<W>;
  /** Inputs that are always tried, at every cut. Keep them under 4 kB to have them cut anywhere. */
  samples?: readonly NoInfer<W>[];
  /**
   * What should come out of a whole input: a slow, obvious implementation, or the platform's. If it
   * throws, the stage must end in an error.
   */
  oracle?: (whole: NoInfer<W>) => readonly NoInfer<O>[];
  /**
   * For stages that emit deltas: a form in which runs that cut deltas differently are equal, and in
   * which a run that got further begins with the other. Text: `outputs.join("")`. Objects: an array
   * with one entry for each unit of a delta.
   */
  join?: Join<NoInfer<O>>;
  /**
   * What may follow a prefix. At every prefix the stage must have emitted all that its outputs have
   * in common over these, the end, and what did follow: no less (it held back what was certain),
   * and no more (it guessed). Give one for each way in which input can change what came before.
   */
  continuations?: readonly NoInfer<W>[] | ((prefix: NoInfer<W>) => readonly NoInfer<W>[]);
  /**
   * Instead of `continuations`, for stages whose rule is opaque (a user's regular expression,
   * `Intl`): at most so many units are missing from what would come out if the input ended here.
   * Units are those of `join`; without it, UTF-16 units or bytes of outputs that are text or bytes,
   * and otherwise outputs.
   */
  hold?: number;
  /** The limit that bounds what the stage holds. */
  limit?: LimitOptions<I, NoInfer<O>, NoInfer<W>>;
  /**
   * Nothing may be lost: outputs join to the input (`true`), or the function makes the input from
   * them.
   */
  lossless?: true | ((outputs: readonly NoInfer<O>[]) => NoInfer<W>);
  /** Inputs of a given length that are as bad for the stage as can be: its work must be linear. */
  hostile?: readonly ((length: number) => NoInfer<W>)[];
  /** How many inputs are generated for a law. Default 100, and a quarter where streams run. */
  runs?: number;
  /** The seed that an error has named, to see it again. */
  seed?: number;
}

export interface LimitOptions<I, O, W extends Whole> {
  /** The stage with its limit set. */
  stage: (max: number) => Stage<I, O>;
  /** Input whose last unit is unit `length` of what is limited, so that `max + 1` trips on it. */
  fill: (length: number) => W;
  /** Input that finishes what `fill` began. */
  end?: W;
  /** The limits to try. Default 16 and 100. */
  sizes?: readonly number[];
}
