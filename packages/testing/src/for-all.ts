import { asyncProperty, check, type Arbitrary } from "fast-check";
import { LawError } from "./law-error.ts";
import { isLong } from "./long.ts";

const RUNS = 100;
const LONG_FACTOR = 10;
/** A counterexample is made smaller for so many milliseconds, then it has to do. */
const LONGEST_SHRINK = 5_000;

interface ForAllOptions {
  runs?: number | undefined;
  seed?: number | undefined;
}

/** Verifies generated values, shrinks what fails, and throws its error with the seed. */
export async function forAll<T>(
  arbitrary: Arbitrary<T>,
  options: ForAllOptions,
  verify: (value: T) => void | Promise<void>,
): Promise<void> {
  const { runs = RUNS, seed } = options;
  let failedAt = Infinity;
  const details = await check(
    asyncProperty(arbitrary, async (value) => {
      if (performance.now() > failedAt + LONGEST_SHRINK) return;
      try {
        await verify(value);
      } catch (error) {
        failedAt = Math.min(failedAt, performance.now());
        throw error;
      }
    }),
    { numRuns: isLong() ? runs * LONG_FACTOR : runs, ...(seed === undefined ? {} : { seed }) },
  );
  if (!details.failed) return;
  const error = details.errorInstance;
  if (!(error instanceof LawError)) throw error;
  throw error.with({ seed: details.seed });
}

/** Laws on streams take a turn of the event loop where those on machines take a call. */
export function fewer({ runs = RUNS, seed }: ForAllOptions): ForAllOptions {
  return { runs: Math.ceil(runs / 4), seed };
}
