import { messageOf, usageFailure, Failure } from "../failure.ts";
import { givenOf } from "./given.ts";
import { fit, type Kind } from "./kind.ts";
import { readStageArguments, type StageArguments } from "./read-stage-arguments.ts";
import { fitting, wayTo } from "./suggest.ts";
import type { AnyStage, StageRow } from "./stage-row.ts";

/** The stages of a command line, made and known to fit. */
export interface Plan {
  readonly steps: readonly Step[];
  /** What comes out at the end. */
  readonly gives: Kind;
  readonly common: ReadonlySet<string>;
}

export interface Step {
  readonly name: string;
  readonly row: StageRow;
  /** As what its input comes. */
  readonly kind: Kind;
  readonly stage: AnyStage;
}

/** Makes the stages that a command line names, or fails with what is wrong and what would fit. */
export function planStages(args: readonly string[], common: readonly string[]): Plan {
  const read = readStageArguments(args, common);
  if (read.stages.length === 0) throw usageFailure("Name a stage.", "millrace stages lists them.");
  const steps: Step[] = [];
  let given: Kind = "bytes";
  for (const called of read.stages) {
    const { name, row } = called;
    const kind = fit(given, row.takes);
    if (kind === undefined) throw misfit(called, given, steps.at(-1)?.name);
    steps.push({ name, row, kind, stage: make(called, kind) });
    given = row.gives === "same" ? kind : row.gives;
  }
  return { steps, gives: given, common: read.common };
}

function make({ name, row, args, options }: StageArguments, kind: Kind): AnyStage {
  try {
    return row.make(givenOf(kind, args, options));
  } catch (error) {
    if (error instanceof Failure) throw usageFailure(`${name}: ${error.message}`);
    throw usageFailure(`${name} cannot be made: ${messageOf(error)}`);
  }
}

function misfit({ name, row }: StageArguments, given: Kind, before: string | undefined): Failure {
  const takes = row.takes.join(" or ");
  const comes = before === undefined ? `${given} come in` : `${before} gives ${given}`;
  const way = wayTo(given, row.takes);
  const hint =
    way === undefined || way.length === 0
      ? `Behind ${before ?? "the input"} fit: ${fitting(given).join(", ")}.`
      : `This would fit: ${[before ?? [], way, name].flat().join(" ")}.`;
  return usageFailure(`${name} takes ${takes}, but ${comes}.`, hint);
}
