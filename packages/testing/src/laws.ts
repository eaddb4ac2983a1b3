import type { Stage } from "@millrace/core";
import { bounded } from "./laws/bounded.ts";
import { cancelTravels } from "./laws/cancel-travels.ts";
import { cutsNeverMatter } from "./laws/cuts-never-matter.ts";
import { dataBeforeError } from "./laws/data-before-error.ts";
import { linear } from "./laws/linear.ts";
import { verifyLongChunks } from "./laws/long-chunks.ts";
import { nothingLost } from "./laws/nothing-lost.ts";
import { oneMeaning } from "./laws/one-meaning.ts";
import { prompt } from "./laws/prompt.ts";
import type { LawsOptions } from "./laws-options.ts";
import { handlingRejections } from "./unhandled.ts";
import type { Whole } from "./whole.ts";

/**
 * Checks every law that applies to a stage: cuts never matter, prompt, one meaning, data before
 * error, cancel travels; bounded, linear and nothing lost as far as the options declare a `limit`,
 * `hostile` inputs and `lossless`. Rejects with the first `LawError`, whose message names the law
 * and shows a small counterexample with its seed. Knows no test framework: `await` it in any test.
 *
 * @param name the stage's name in messages
 * @param make gives a fresh stage at every call
 *
 * @example
 * ```ts
 * import { decodeText } from "@millrace/core";
 * import { laws } from "@millrace/testing";
 * import * as fc from "fast-check";
 *
 * await laws("decodeText", () => decodeText(), {
 *   input: fc.uint8Array(),
 *   samples: [new TextEncoder().encode("Wasser läuft 🌊")],
 *   oracle: (bytes) => [new TextDecoder().decode(bytes)],
 *   join: (texts) => texts.join(""),
 *   runs: 20,
 * });
 * ```
 */
export async function laws<I, O, W extends Whole>(
  name: string,
  make: () => Stage<I, O>,
  options: LawsOptions<I, O, W>,
): Promise<void> {
  if (make() === make()) {
    throw new TypeError(`Cannot check ${name}: make gives the same stage twice, not a fresh one`);
  }
  await handlingRejections(name, () => verifyAll(name, make, options));
}

async function verifyAll<I, O, W extends Whole>(
  name: string,
  make: () => Stage<I, O>,
  options: LawsOptions<I, O, W>,
): Promise<void> {
  // Those on machines come before those on streams, so that what breaks several laws is reported
  // as breaking the simplest.
  await cutsNeverMatter(name, make, options);
  await nothingLost(name, make, options);
  await prompt(name, make, options);
  if (options.limit !== undefined) await bounded(name, make, options);
  if (options.hostile !== undefined) await linear(name, make, options.hostile);
  verifyLongChunks(name, make, options);
  await oneMeaning(name, make, options);
  await dataBeforeError(name, make, options);
  await cancelTravels(name, make, options);
}
