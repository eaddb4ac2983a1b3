import { usageFailure } from "../failure.ts";
import { closest } from "./suggest.ts";
import { STAGES } from "./stages.ts";
import type { StageRow } from "./stage-row.ts";
import { readUsage, type Usage } from "./usage.ts";

/** One stage of a command line, with what stands behind it. */
export interface StageArguments {
  readonly name: string;
  readonly row: StageRow;
  readonly args: readonly string[];
  readonly options: ReadonlyMap<string, readonly string[]>;
}

/** `-0` is what xargs and others have for it. */
const SHORT = new Map([
  ["-0", "--null"],
  ["-q", "--quiet"],
]);
const DASHES = /^--?(?=[A-Za-z0-9])/;

/**
 * Reads names of stages, each with its arguments and options behind it. The platform's parser knows no
 * options that belong to an argument, hence this one: arguments first, as many as the usage says and
 * whatever they look like, then options until the next name.
 */
export function readStageArguments(
  args: readonly string[],
  commonOptions: readonly string[],
): { stages: StageArguments[]; common: Set<string> } {
  const stages: StageArguments[] = [];
  const common = new Set<string>();
  const rest = [...args];

  function readOption(word: string, of: { name: string; usage: Usage } | undefined): void {
    const whole = SHORT.get(word) ?? word;
    const [option = "", ...values] = whole.replace(DASHES, "").split("=");
    if (commonOptions.includes(option)) {
      if (values.length > 0) throw usageFailure(`${word.split("=")[0] ?? ""} takes no value.`);
      common.add(option);
      return;
    }
    const known = of?.usage.options.get(option);
    const stage = stages.at(-1);
    if (of === undefined || known === undefined || stage === undefined) {
      throw unknownOption(word, of);
    }
    const options = stage.options as Map<string, string[]>;
    const before = options.get(option) ?? [];
    if (before.length > 0 && !known.repeated) {
      throw usageFailure(`${of.name}: --${option} is given twice.`);
    }
    if (known.value === undefined) {
      if (values.length > 0) throw usageFailure(`${of.name}: --${option} takes no value.`);
      options.set(option, ["true"]);
      return;
    }
    const value = values.length > 0 ? values.join("=") : rest.shift();
    if (value === undefined) {
      throw usageFailure(`${of.name}: --${option} needs a <${known.value}>.`);
    }
    options.set(option, [...before, value]);
  }

  let current: { name: string; usage: Usage } | undefined;
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (DASHES.test(word)) {
      readOption(word, current);
      continue;
    }
    const row = Object.hasOwn(STAGES, word) ? STAGES[word] : undefined;
    if (row === undefined) throw unknownStage(word);
    const usage = readUsage(row.usage);
    const missing = usage.required[rest.length];
    if (missing !== undefined) {
      throw usageFailure(`${word} needs a <${missing}>.`, `millrace … ${word} ${row.usage}`);
    }
    const own = rest.splice(0, usage.required.length);
    stages.push({ name: word, row, args: own, options: new Map<string, string[]>() });
    current = { name: word, usage };
  }
  return { stages, common };
}

export function unknownStage(word: string, also: readonly string[] = []): Error {
  const meant = closest(word, [...Object.keys(STAGES), ...also]);
  const hint = meant === undefined ? "" : ` Did you mean ${meant}?`;
  return usageFailure(`"${word}" is no stage.${hint}`, "millrace stages lists them all.");
}

function unknownOption(word: string, of: { name: string; usage: Usage } | undefined): Error {
  if (of === undefined) return usageFailure(`${word} is no option.`, "See millrace --help.");
  const { name, usage } = of;
  const all = [...usage.options.keys()].map((option) => `--${option}`);
  const hint = all.length === 0 ? "it has none" : `it has ${all.join(", ")}`;
  return usageFailure(`${name} has no option ${word.split("=")[0] ?? word}: ${hint}.`);
}
