import { readNumber } from "../read-options.ts";
import type { Kind } from "./kind.ts";

/** What the command line says of one stage. */
export interface Given {
  /** What comes in, of the kinds that the stage takes. */
  readonly kind: Kind;
  /** Argument number `index`, which is required and therefore there. */
  argument(this: void, index: number): string;
  flag(this: void, option: string): boolean;
  text(this: void, option: string): string | undefined;
  texts(this: void, option: string): readonly string[];
  number(this: void, option: string, least?: number): number | undefined;
}

/** Arguments and options as they were read: for a flag no text, for any other one text each time. */
export function givenOf(
  kind: Kind,
  args: readonly string[],
  options: ReadonlyMap<string, readonly string[]>,
): Given {
  const texts = (option: string): readonly string[] => options.get(option) ?? [];
  return {
    kind,
    argument: (index) => args[index] ?? "",
    flag: (option) => options.has(option),
    text: (option) => texts(option).at(-1),
    texts,
    number: (option, least = 0) => readNumber(option, texts(option).at(-1), { least, whole: true }),
  };
}
