import { ROOT, type Automaton } from "./automaton.ts";

/** Text that comes by chunks, read with an automaton. */
export interface LiteralReader {
  /** Gives the text behind the last match, as far as it is decided; what is not is held. */
  read(chunk: string): string;
  /** No chunk follows: the same for what is held. */
  finish(): string;
}

/** Takes a match, with the text since the last one; what it gives tells whether to stop. */
export type OnMatch = (before: string, matched: string, literal: number) => boolean;

/** If `onMatch` stops it or throws, nothing is held any more. */
export function literalReader(
  { literals, ...automaton }: Automaton,
  ignoreCase: boolean,
  onMatch: OnMatch,
): LiteralReader {
  let state = ROOT;
  let held = ""; // the text that the state holds
  // While a chunk is read, places are counted from its beginning, and those in what was held before
  // it are below zero.
  let chunk = "";
  let earlier = "";
  let done = 0; // how far it has been given to `onMatch`

  function found(literal: number, start: number): boolean {
    const end = start + literals[literal]!.length;
    const before = between(done, start);
    done = end;
    return onMatch(before, ignoreCase ? between(start, end) : literals[literal]!, literal);
  }

  function between(from: number, to: number): string {
    if (from >= 0) return chunk.slice(from, to);
    const begin = earlier.length + from;
    if (to <= 0) return earlier.slice(begin, earlier.length + to);
    return earlier.slice(begin) + chunk.slice(0, to);
  }

  /** Reads a chunk, and gives the state before it. */
  function begin(next: string): number {
    const before = state;
    chunk = next;
    earlier = held;
    done = -held.length;
    state = ROOT;
    held = "";
    return before;
  }

  return {
    read(next) {
      const after = automaton.read(begin(next), next, 0, found);
      if (after < ROOT) return "";
      const decided = next.length - automaton.held(after);
      const text = between(done, decided);
      // What a state holds is known without the chunks, so that it need not be joined of them.
      held = ignoreCase ? between(decided, next.length) : automaton.path(after);
      state = after;
      return text;
    },
    finish() {
      automaton.finish(begin(""), 0, found);
      return between(done, 0);
    },
  };
}
