import { parseArgs, type ParseArgsConfig } from "node:util";
import { codeOf, messageOf, usageFailure } from "./failure.ts";

type Options = NonNullable<ParseArgsConfig["options"]>;
type Parsed<O extends Options> = ReturnType<
  typeof parseArgs<{ options: O; allowPositionals: boolean; strict: true }>
>;

/**
 * The arguments of a command by its options; what is wrong with them is a failure that says so, and so are
 * words where it takes none.
 */
export function readOptions<O extends Options>(
  command: string,
  args: readonly string[],
  options: O,
  allowPositionals = true,
): Parsed<O> {
  try {
    const words = withNumbers(args, options);
    return parseArgs({ args: words, options, allowPositionals, strict: true });
  } catch (error) {
    if (codeOf(error)?.startsWith("ERR_PARSE_ARGS") !== true) throw error;
    // The platform's sentence goes on with advice about positionals that begin with a dash.
    const [sentence = ""] = messageOf(error).split(". ");
    throw usageFailure(`${sentence.replace(/\.$/, "")}.`, `See millrace ${command} --help.`);
  }
}

/** The platform takes `--after -1` for two options; a negative number is none. */
function withNumbers(args: readonly string[], options: Options): string[] {
  const words: string[] = [];
  for (const word of args) {
    const before = words.at(-1) ?? "";
    const takesValue = before.startsWith("--") && options[before.slice(2)]?.type === "string";
    if (/^-\d/.test(word) && takesValue) words.splice(-1, 1, `${before}=${word}`);
    else words.push(word);
  }
  return words;
}

/** A number that an option gives, or nothing if it is not given. */
export function readNumber(
  name: string,
  text: string | undefined,
  { least = 0, whole = false }: { least?: number; whole?: boolean } = {},
): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === "" ? NaN : Number(text);
  if (Number.isFinite(value) && value >= least && (!whole || Number.isInteger(value))) return value;
  const kind = whole ? "a whole number" : "a number";
  throw usageFailure(`--${name} must be ${kind}, ${least} or more, not "${text}".`);
}

/** JSON that an option gives. */
export function readJson(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw usageFailure(`--${name} must be JSON: ${messageOf(error)}.`);
  }
}
