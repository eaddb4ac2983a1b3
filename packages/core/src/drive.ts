import type { Outlet } from "./streams/outlet.ts";
import { isBytes } from "./text/is-bytes.ts";
import { insideOf, type Machine, type Stage } from "./stage.ts";

/** Longer text and bytes are cut, so that one huge chunk cannot queue millions of outputs. */
const SLICE_LENGTH = 65_536;

/** A machine at work between a source and an outlet. */
export interface Driver<I> {
  /** Takes an input, or the first slice of a long one that may be cut. Throws what the stage does. */
  push(this: void, input: I): void;
  /** Goes on with the slices of a long input until something can be read. */
  resume(this: void): void;
  flush(this: void): void;
  fail(this: void, reason: unknown): void;
  /** The output is no longer wanted: forgets the rest of the input and calls nothing. */
  drop(this: void): void;
}

/** @param stop called when no further input is wanted, with the reason */
export function drive<I, O>(
  stage: Stage<I, O>,
  outlet: Outlet<O>,
  stop: (reason: unknown) => void,
): Driver<I> {
  const { cuttable } = insideOf(stage);
  let machine: Required<Machine<I>> | undefined;
  let over = false;
  let rest: string | Uint8Array = "";
  let offset = 0; // how much of `rest` was pushed

  function drop(): void {
    over = true;
    rest = "";
  }

  function end(reason?: unknown): void {
    drop();
    outlet.close();
    stop(reason);
  }

  /** The stage has thrown. */
  function broke(error: unknown): void {
    drop();
    outlet.error(error);
    stop(error);
  }

  function pushOne(input: I): void {
    try {
      machine?.push(input);
    } catch (error) {
      broke(error);
      throw error;
    }
  }

  function resume(): void {
    while (rest.length > 0 && outlet.isEmpty()) {
      const from = offset;
      offset += SLICE_LENGTH;
      const slice =
        typeof rest === "string" ? rest.slice(from, offset) : rest.subarray(from, offset);
      if (offset >= rest.length) rest = "";
      pushOne(slice as I);
    }
  }

  try {
    machine = stage.start(outlet.put, end);
  } catch (error) {
    broke(error);
  }

  return {
    push(input) {
      if (over) return;
      if (cuttable && isLong(input)) {
        rest = input;
        offset = 0;
        resume();
      } else pushOne(input);
    },
    resume,
    flush() {
      if (over) return;
      try {
        machine?.flush();
      } catch (error) {
        broke(error);
        throw error;
      }
      drop();
      outlet.close();
    },
    fail(reason) {
      if (over) return;
      drop();
      try {
        machine?.fail(reason);
        outlet.error(reason);
      } catch (error) {
        outlet.error(error);
      }
    },
    drop,
  };
}

function isLong(input: unknown): input is string | Uint8Array {
  return (typeof input === "string" || isBytes(input)) && input.length > SLICE_LENGTH;
}
