import type { Stage } from "@millrace/core";
import type { Operator } from "@millrace/flow";
import type { Given } from "./given.ts";
import type { Kind } from "./kind.ts";

/** A stage as the command line knows it. */
export interface StageRow {
  readonly takes: readonly Kind[];
  /** `same`: what it was given. */
  readonly gives: Kind | "same";
  /** Its arguments and options, as in `<path> [--paths]`: this is what is shown and what is read. */
  readonly usage: string;
  readonly says: string;
  /** What it throws is shown: a value that an option cannot have. */
  readonly make: (given: Given) => AnyStage;
  /** What is printed of an output that is no JSON; by default what its kind says. */
  readonly print?: (output: never) => string;
}

// Stages of any types: the kinds see to it that neighbours fit.
export type AnyStage = Stage<never, unknown> | Operator<never, unknown>;

/** A row of the table. */
export function row<O>(
  takes: string,
  gives: StageRow["gives"],
  usage: string,
  says: string,
  make: (given: Given) => Stage<never, O> | Operator<never, O>,
  print?: (output: O) => string,
): StageRow {
  const kinds = takes.split(" ") as Kind[];
  return { takes: kinds, gives, usage, says, make, ...(print !== undefined && { print }) };
}
