import { languageOf, type Language } from "@millrace/buffers/languages";
import { filter, fuse, map, type Stage } from "@millrace/core";
import type { Draft } from "@millrace/parsers";
import { onText, type Part } from "@millrace/parts";
import { usageFailure } from "../failure.ts";
import { readNumber } from "../read-options.ts";
import type { Given } from "./given.ts";

// What rows of the table have in common.

/** An option for a factory, if there is a value: `undefined` is none. */
export function put<Name extends string, T>(
  name: Name,
  value: T | undefined,
): { [N in Name]?: NonNullable<T> } {
  return (value === undefined ? {} : { [name]: value }) as { [N in Name]?: NonNullable<T> };
}

export function choiceOf(given: Given): { choice?: number } {
  return put("choice", given.number("choice"));
}

/** Argument number `index` as a count. */
export function countOf(given: Given, name: string, index = 0): number {
  const text = given.argument(index);
  const count = Number(text);
  if (text.trim() !== "" && Number.isInteger(count) && count >= 1) return count;
  throw usageFailure(`<${name}> must be a whole number, 1 or more, not "${text}".`);
}

/** An option that takes one of a few numbers. */
export function oneOf<const N extends number>(
  given: Given,
  option: string,
  all: readonly N[],
): N | undefined {
  const text = given.text(option);
  if (text === undefined) return undefined;
  const value = all.find((other) => other === readNumber(option, text));
  if (value !== undefined) return value;
  throw usageFailure(`--${option} must be one of ${all.join(", ")}, not "${text}".`);
}

export function languageNamed(tag: string | undefined): Language | undefined {
  if (tag === undefined) return undefined;
  const language = languageOf(tag);
  if (language !== undefined) return language;
  throw usageFailure(
    `--language ${tag} is none that sentences know; a tag such as de or pt-BR is.`,
  );
}

/** A stage on text, which works inside of parts where it is given parts. */
export function inText(
  { kind }: Given,
  make: () => Stage<string, string>,
): Stage<never, string | Part> {
  const first = make(); // at once, so that wrong options are told of before anything runs
  return kind === "parts" ? onText(make) : first;
}

/** The outputs that are wanted. */
export function only<I, O>(of: Stage<I, O>, isWanted: (output: O) => boolean): Stage<I, O> {
  return fuse(of, filter(isWanted));
}

/** The values of drafts: of all, or of those that are complete. */
export function draftValues(
  drafts: Stage<string, Draft<unknown>>,
  growing: boolean,
): Stage<string, unknown> {
  return fuse(
    drafts,
    filter(({ complete }) => growing || complete),
    map(({ value }): unknown => value),
  );
}

/** Prints units that bring their own line ends. */
export function asItStands(unit: string): string {
  return unit;
}
