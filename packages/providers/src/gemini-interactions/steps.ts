import { emitCustom, type Answer } from "../shared/answer.ts";
import { openBlocks } from "../shared/blocks.ts";
import { openSources } from "../shared/sources.ts";
import { malformedEvent } from "../shared/stream-error.ts";
import { count, fields, text, type Wire } from "../shared/wire.ts";
import { openOutput, openThought } from "./content-step.ts";
import { openFunctionCall, openServerCall, openToolResult, type Calls } from "./tool-step.ts";

/** One thing that the model does; several may be under way. */
export interface Step {
  start(step: Wire): void;
  delta(delta: Wire): void;
  /** `whole`: the provider says that nothing is missing. */
  stop(whole: boolean): void;
  /** Text of it has been told of that was foreseen. */
  hear?(piece: string): void;
}

export interface Steps {
  /** Of calls told of so far, those that the client is to answer. */
  readonly callCount: number;
  /** Whether there was any. */
  readonly isEmpty: boolean;
  start(index: unknown, step: unknown): void;
  delta(index: unknown, delta: unknown): void;
  /** The last delta has come again, but for its text. */
  hear(piece: string): void;
  stop(index: unknown): void;
  stopAll(): void;
}

const LAST_INDEX = 65_535;

export function openSteps(answer: Answer): Steps {
  const open = new Map<number, Step>();
  const blocks = openBlocks(answer.emit, answer.ids);
  const sources = openSources(answer);
  const calls: Calls = { count: 0, ids: new Map() };
  let isEmpty = true;
  let latest: Step | undefined; // that had a delta

  function openStep(index: number, type: string): Step {
    if (type === "thought") return openThought({ answer, blocks, sources, place: `${index}` });
    if (type === "model_output") return openOutput({ answer, blocks, sources, place: `${index}` });
    if (type === "function_call") return openFunctionCall(answer, calls);
    if (type.endsWith("_call")) return openServerCall(answer, calls);
    if (type.endsWith("_result")) return openToolResult(answer, calls);
    return openOther(answer, type || "step");
  }

  function begin(index: number, step: Wire): Step {
    open.get(index)?.stop(true);
    const begun = openStep(index, text(step["type"]));
    isEmpty = false;
    open.set(index, begun);
    begun.start(step);
    return begun;
  }

  /** The index of a step, if it is one; an error is told of if it is none. */
  function indexOf(value: unknown, data: unknown): number | undefined {
    const index = count(value) ?? 0;
    if (Number.isInteger(index) && index >= 0 && index <= LAST_INDEX) return index;
    answer.fail(malformedEvent("A step has no usable index", data));
    return undefined;
  }

  return {
    get callCount() {
      return calls.count;
    },
    get isEmpty() {
      return isEmpty;
    },
    start(place, step) {
      const index = indexOf(place, step);
      if (index !== undefined) begin(index, fields(step));
    },
    delta(place, value) {
      const index = indexOf(place, value);
      if (index === undefined) return;
      const delta = fields(value);
      const step = open.get(index) ?? begin(index, { type: stepOf(text(delta["type"])) });
      latest = step;
      step.delta(delta);
    },
    hear(piece) {
      latest?.hear?.(piece);
    },
    stop(place) {
      const index = indexOf(place, undefined);
      if (index === undefined) return;
      open.get(index)?.stop(true);
      open.delete(index);
    },
    stopAll() {
      for (const step of open.values()) step.stop(false);
      open.clear();
    },
  };
}

/** The type of the step that has such a delta, where it was not told of its start. */
function stepOf(delta: string): string {
  if (delta.startsWith("thought")) return "thought";
  if (delta === "arguments_delta") return "function_call";
  return /_(call|result)$/.test(delta) ? delta : "model_output";
}

/** What nobody knows, and what the user said. */
function openOther(answer: Answer, type: string): Step {
  return {
    start(step) {
      emitCustom(answer, type, step);
    },
    delta(delta) {
      emitCustom(answer, type, delta);
    },
    stop() {
      // There is nothing to end.
    },
  };
}
