import type { Machine, Stage } from "@millrace/core";
import { equal } from "./equal.ts";

/** How a run came to its end. */
export type Ending =
  | { readonly type: "close" }
  /** The stage finished early, by `end(reason)`. A reader of its stream sees a close. */
  | { readonly type: "end"; readonly reason: unknown }
  | { readonly type: "error"; readonly error: unknown }
  /** It was left open. */
  | { readonly type: "open" };

/** What came out of a run. */
export interface Outcome<O> {
  readonly outputs: readonly O[];
  readonly ending: Ending;
}

/** An outcome with its history. */
export interface Observation<O> extends Outcome<O> {
  /** `after[n]` outputs had come out when n pieces had been pushed. */
  readonly after: readonly number[];
  /** How many pieces the stage took: the last of them ended it, if it was not left open. */
  readonly taken: number;
}

/** What a run does when its pieces are pushed. */
export type Finish = "flush" | "leave" | { readonly fail: unknown };

/** Drives a machine by hand, as the contract of stages says, and writes down what happens. */
export function observe<I, O>(
  stage: Pick<Stage<I, O>, "start">,
  pieces: readonly unknown[],
  finish: Finish = "flush",
): Observation<O> {
  const outputs: O[] = [];
  const after: number[] = [];
  let ending: Ending = { type: "open" };
  const isOpen = () => ending.type === "open";
  let machine: Required<Machine<I>> | undefined;
  let taken = 0;

  // A machine that throws has had its last word: `fail` is its own affair then.
  function attempt(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (isOpen()) ending = { type: "error", error };
    }
  }

  attempt(() => {
    machine = stage.start(
      (output) => {
        outputs.push(output);
      },
      (reason) => {
        if (isOpen()) ending = { type: "end", reason };
      },
    );
  });
  after.push(outputs.length);
  for (const piece of pieces) {
    if (isOpen()) {
      taken++;
      attempt(() => machine?.push(piece as I));
    }
    after.push(outputs.length);
  }
  if (isOpen() && finish === "flush") {
    attempt(() => machine?.flush());
    if (isOpen()) ending = { type: "close" };
  } else if (isOpen() && typeof finish === "object") {
    attempt(() => machine?.fail(finish.fail));
    if (isOpen()) ending = { type: "error", error: finish.fail };
  }
  return { outputs, ending, after, taken };
}

/** What the reader of a stream sees of an ending. */
export function asRead(ending: Ending): Ending {
  return ending.type === "end" ? { type: "close" } : ending;
}

/** A way to compare outputs: a form in which runs that cut deltas differently are the same. */
export type Join<O> = (outputs: readonly O[]) => string | readonly unknown[];

export function sameOutcome<O>(
  left: Outcome<O>,
  right: Outcome<O>,
  join: Join<O> = (outputs) => outputs,
): boolean {
  return equal(left.ending, right.ending) && equal(join(left.outputs), join(right.outputs));
}
