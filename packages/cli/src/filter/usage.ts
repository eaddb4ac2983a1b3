/** The arguments and options of a stage, as its usage has them. */
export interface Usage {
  /** Names of what must stand behind the stage, in this order. */
  readonly required: readonly string[];
  readonly options: ReadonlyMap<string, UsageOption>;
}

export interface UsageOption {
  /** What its value is; undefined for a flag. */
  readonly value: string | undefined;
  readonly repeated: boolean;
}

const ITEM = /\[--([\w-]+)(?: <([^>]+)>)?\](\.\.\.)?|<([^>]+)>/g;

/** Reads a usage such as `<what> [--and <what>]... [--ignore-case]`, which help shows as it stands. */
export function readUsage(usage: string): Usage {
  const required: string[] = [];
  const options = new Map<string, UsageOption>();
  for (const [, option, value, repeated, argument] of usage.matchAll(ITEM)) {
    if (argument !== undefined) required.push(argument);
    if (option !== undefined) options.set(option, { value, repeated: repeated !== undefined });
  }
  return { required, options };
}
