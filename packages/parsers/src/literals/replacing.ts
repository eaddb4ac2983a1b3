import type { Emit, Machine } from "@millrace/core";
import { holdText } from "@millrace/core/text";
import type { Automaton } from "./automaton.ts";
import { literalReader } from "./reader.ts";
import { wholeCharacters } from "./whole-characters.ts";

/** What stands in place of a match: this text, as it is, or what a function makes of the match. */
export type Replacement = string | ((match: string) => string);

export interface Replacing {
  automaton: Automaton;
  ignoreCase: boolean;
  /** One for each literal. */
  replacements: readonly Replacement[];
  /** Whether what has begun a match at the end is replaced too. */
  replacesHeld?: (failed: boolean) => boolean;
}

/** Emits text with its matches replaced, a piece a chunk. */
export function replacingMachine(replacing: Replacing, emit: Emit<string>): Machine<string> {
  const { automaton, ignoreCase, replacements, replacesHeld } = replacing;
  const output = wholeCharacters(emit);
  const ready = holdText(); // what this chunk has brought so far
  const reader = literalReader(automaton, ignoreCase, (before, match, literal) => {
    ready.add(before);
    ready.add(replace(match, replacements[literal]!));
    return false;
  });

  function finish(failed: boolean): void {
    try {
      if (replacesHeld?.(failed) !== true) ready.add(reader.finish());
      else {
        const { text, literal } = reader.drop();
        if (text !== "") ready.add(replace(text, replacements[literal]!));
      }
    } finally {
      output.finish(ready.take());
    }
  }

  return {
    push: (chunk) => output.put(ready.take(reader.read(chunk))),
    flush: () => finish(false),
    fail: () => finish(true),
  };
}

export function replace(match: string, replacement: Replacement): string {
  return typeof replacement === "string" ? replacement : replacement(match);
}
