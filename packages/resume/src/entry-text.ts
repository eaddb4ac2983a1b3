import { ResumeError } from "./resume-error.ts";
import { checkOutcome, type Outcome } from "./outcome.ts";

/**
 * What stands in a log: the JSON of a value, or a mark that JSON never begins with and behind it
 * how the stream ended.
 */
export type Entry<V> =
  | { seq: number; value: V; outcome?: undefined }
  | { seq: number; outcome: Outcome };

const END_MARK = "!";

export function valueText(value: unknown): string {
  // Of functions, symbols and undefined there is no JSON, whatever the types say.
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new TypeError(`Cannot record ${typeof value}: it is no JSON`);
  return text;
}

export function outcomeText(outcome: Outcome): string {
  return END_MARK + JSON.stringify(outcome);
}

export function readEntry<V>(id: string, { seq, text }: { seq: number; text: string }): Entry<V> {
  try {
    if (!text.startsWith(END_MARK)) return { seq, value: JSON.parse(text) as V };
    return { seq, outcome: checkOutcome(JSON.parse(text.slice(END_MARK.length))) };
  } catch (cause) {
    const message = `Cannot replay ${id}: entry ${seq} cannot be read`;
    throw new ResumeError(message, { code: "entry", id, seq, cause });
  }
}
