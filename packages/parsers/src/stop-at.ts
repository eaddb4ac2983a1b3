import { stage, type Stage } from "@millrace/core";
import { wholeCharacters } from "@millrace/core/text";
import { automaton } from "./literals/automaton.ts";
import { checkLiterals } from "./literals/check-literals.ts";
import { literalReader } from "./literals/reader.ts";

/** What the source is cancelled with when a stop has come. */
export interface StopReason {
  code: "stop-sequence";
  /** The stop, as it was given to `stopAt`. */
  sequence: string;
}

export interface StopAtOptions {
  /** The stop is part of the text. Default `false`: the text ends before it. */
  include?: boolean;
  /** Case does not count, as with the flag `i` of a regular expression. Default `false`. */
  ignoreCase?: boolean;
  /** Hears which stop has come, behind the last of the text. */
  onStop?: (sequence: string) => void;
}

/**
 * Text up to the first of some stop sequences. Then the stream closes and its source is cancelled,
 * so that a model does not go on writing what nobody reads.
 *
 * - **In / Out:** text cut anywhere; the text before the stop, at most one piece a chunk. Without a
 *   stop in it, all of the text.
 * - **Which stop:** the one that is complete first; of those complete at one place the longest.
 * - **When:** at once, but for the longest end of the text that may still become a stop, unless that
 *   is included, and a surrogate half whose other half may follow. It ends with the last unit of the
 *   stop.
 * - **Limits:** it holds less than the longest stop.
 * - **Errors:** a `RangeError` for an empty stop. When the source fails, what is held comes out
 *   before the error.
 * - **Cancel:** the source is cancelled with a `StopReason`.
 * - **Cost:** constant a unit, whatever the number and the overlaps of the stops. With `ignoreCase`, a
 *   chunk may cost a copy of what is held besides.
 *
 * @example
 * ```ts
 * import { run } from "@millrace/core";
 * import { stopAt } from "@millrace/parsers";
 *
 * const stops: string[] = [];
 * const answer = stopAt(["\nUser:", "###"], { onStop: (stop) => stops.push(stop) });
 * run(answer, ["A wheel.\nUs", "er: And then?"]).join(""); // => "A wheel."
 * stops; // => ["\nUser:"]
 * ```
 */
export function stopAt(
  stops: string | Iterable<string>,
  options: StopAtOptions = {},
): Stage<string, string> {
  const { include = false, ignoreCase = false, onStop } = options;
  const sequences = typeof stops === "string" ? [stops] : Array.from(stops);
  checkLiterals("stop", sequences);
  const found = automaton(attainable(sequences, ignoreCase), ignoreCase);
  return stage(
    (emit, end) => {
      const output = wholeCharacters(emit);
      let ahead = 0; // units that are out although they may belong to the stop, which is included
      const reader = literalReader(found, ignoreCase, (before, match, literal) => {
        const sequence = found.literals[literal]!;
        output.finish(include ? (before + match).slice(ahead) : before);
        onStop?.(sequence);
        end({ code: "stop-sequence", sequence } satisfies StopReason);
        return true;
      });

      function finish(): void {
        const rest = reader.finish();
        output.finish(include ? "" : rest);
      }

      return {
        push(chunk) {
          const text = reader.read(chunk);
          output.put(include ? chunk : text);
          if (include) ahead += chunk.length - text.length;
        },
        flush: finish,
        fail: finish,
      };
    },
    { cuttable: true },
  );
}

/** A stop with another one inside it never comes to its end, unless both end at one place. */
function attainable(stops: readonly string[], ignoreCase: boolean): string[] {
  const all = automaton(stops, ignoreCase);
  return stops.filter((stop) => {
    const found: number[] = [];
    const reader = literalReader(all, ignoreCase, (_, __, literal) => found.push(literal) > 0);
    reader.read(stop.slice(0, -1));
    reader.finish();
    return found.length === 0;
  });
}
