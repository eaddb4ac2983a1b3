import * as testing from "../packages/testing/src/index.ts";

// What tests of mutants find where they import `@millrace/testing`: its laws by few inputs, and none of
// time, for a test runs once a mutant.

export * from "../packages/testing/src/index.ts";

const RUNS = 10;

export const laws: typeof testing.laws = (name, make, options) =>
  testing.laws(name, make, { ...options, samples: [], hostile: [], runs: RUNS });

export const linear: typeof testing.linear = () => Promise.resolve();
