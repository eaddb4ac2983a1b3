export { cuts, everyCut, someCuts } from "./cuts.ts";
export { fakeClock, type FakeClock } from "./fake-clock.ts";
export { LawError, type LawErrorOptions } from "./law-error.ts";
export { laws } from "./laws.ts";
export { bounded } from "./laws/bounded.ts";
export { cancelTravels } from "./laws/cancel-travels.ts";
export { cutsNeverMatter } from "./laws/cuts-never-matter.ts";
export { dataBeforeError } from "./laws/data-before-error.ts";
export { linear } from "./laws/linear.ts";
export { nothingLost } from "./laws/nothing-lost.ts";
export { oneMeaning } from "./laws/one-meaning.ts";
export { prompt } from "./laws/prompt.ts";
export type { LawsOptions, LimitOptions } from "./laws-options.ts";
export { operatorLaws } from "./operator-laws.ts";
export type {
  MakeOperator,
  OperatorLawsOptions,
  OperatorUnderTest,
  OperatorWorld,
} from "./operator-laws-options.ts";
export type { Ending, Join, Outcome } from "./observe.ts";
export { roundTrip, type RoundTripOptions } from "./round-trip.ts";
export { slowReader, type SlowReaderOptions } from "./slow-reader.ts";
export {
  countingSource,
  failingSource,
  slowSource,
  type CountingSource,
  type CountingSourceOptions,
  type SlowSourceOptions,
} from "./sources.ts";
export type { Piece, Whole } from "./whole.ts";
