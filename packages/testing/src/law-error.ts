import { stringify } from "fast-check";
import type { Outcome } from "./observe.ts";

/** The titles of the laws, by number. */
const TITLES = [
  "",
  "cuts never matter",
  "prompt",
  "one meaning",
  "data before error",
  "bounded",
  "linear",
  "nothing lost",
  "cancel travels",
] as const;

const LONGEST_FACT = 2_000;

export interface LawErrorOptions {
  /** 1 to 8. */
  law: number;
  /** The name of the stage. */
  stage: string;
  /** What is wrong, in a clause. */
  problem: string;
  /** The counterexample: what was pushed, how it was cut, what came out. */
  facts: Readonly<Record<string, unknown>>;
}

/**
 * A law does not hold for a stage. The message names both and shows the counterexample.
 *
 * @example
 * ```ts
 * import { stage } from "@millrace/core";
 * import { laws, LawError } from "@millrace/testing";
 * import * as fc from "fast-check";
 *
 * const lengths = () => stage<string, number>((emit) => ({ push: (text) => emit(text.length) }));
 * const error = await laws("lengths", lengths, { input: fc.string() }).catch((error) => error);
 * error instanceof LawError; // => true
 * error.title; // => "cuts never matter"
 * ```
 */
export class LawError extends Error {
  override readonly name = "LawError";
  /** The number of the law, 1 to 8. */
  readonly law: number;
  /** The law in words, as in `cuts never matter`. */
  readonly title: string;
  // Private, for test runners print every field of an error.
  readonly #options: LawErrorOptions;

  constructor(options: LawErrorOptions) {
    const { law, stage, problem, facts } = options;
    const title = TITLES[law] ?? "";
    const lines = Object.entries(facts).map(([name, value]) => `\n  ${name}: ${show(value)}`);
    super(`Law ${law} (${title}) does not hold for ${stage}: ${problem}${lines.join("")}`);
    this.law = law;
    this.title = title;
    this.#options = options;
  }

  /** The same error with more to tell, such as the seed of the run that found it. */
  with(facts: Readonly<Record<string, unknown>>): LawError {
    return new LawError({ ...this.#options, facts: { ...this.#options.facts, ...facts } });
  }
}

function show(fact: unknown): string {
  const text = isOutcome(fact) ? showOutcome(fact) : stringify(fact);
  if (text.length <= LONGEST_FACT) return text;
  const half = LONGEST_FACT / 2;
  return `${text.slice(0, half)} … ${text.length - LONGEST_FACT} more … ${text.slice(-half)}`;
}

function showOutcome({ outputs, ending }: Outcome<unknown>): string {
  const out = stringify(outputs);
  if (ending.type === "error") return `${out}, then error ${showError(ending.error)}`;
  if (ending.type === "end") return `${out}, then end(${stringify(ending.reason)})`;
  return `${out}, then ${ending.type}`;
}

function showError(error: unknown): string {
  if (!(error instanceof Error)) return stringify(error);
  const { code, offset } = error as { code?: unknown; offset?: unknown };
  const place =
    code === undefined && offset === undefined ? "" : ` (${String(code)} at ${String(offset)})`;
  return `${error.name}: ${error.message}${place}`;
}

function isOutcome(fact: unknown): fact is Outcome<unknown> {
  return typeof fact === "object" && fact !== null && "outputs" in fact && "ending" in fact;
}
