import { ROOT, type Automaton } from "../literals/automaton.ts";
import { isPair } from "../literals/whole-characters.ts";
import type { Pattern } from "./pattern.ts";

/** A match, or, without an end, where a match may begin that is not decided yet. */
export interface Place {
  start: number;
  end: number | undefined;
  rule: number;
}

/**
 * Gives the first place at or behind `from`. The text begins at `offset` of the whole; if it has
 * `ended`, every place is decided.
 */
export type Finder = (
  text: string,
  from: number,
  ended: boolean,
  offset: number,
) => Place | undefined;

/**
 * Finds literals; each has a rule. It reads all of a text at once, and no unit twice, unless the
 * match of another rule ends within what it has found.
 */
export function literalFinder(automaton: Automaton, rules: readonly number[]): Finder {
  let state = ROOT;
  let done = 0; // how much of the whole has been read
  let found: { literal: number; start: number; end: number }[] = []; // in the whole
  let next = 0; // those before are used

  return (text, from, ended, offset) => {
    const find = (literal: number, at: number) => {
      const start = offset + at;
      found.push({ literal, start, end: start + automaton.literals[literal]!.length });
      return false;
    };
    const begin = offset + from;
    while (next < found.length && found[next]!.end <= begin) next++;
    if ((found[next]?.start ?? done - automaton.held(state)) < begin) {
      next = found.length;
      state = ROOT;
      done = begin;
    }
    if (next === found.length) {
      found = [];
      next = 0;
      state = automaton.read(state, text, done - offset, find);
      done = offset + text.length;
      if (ended) {
        automaton.finish(state, text.length, find);
        state = ROOT;
      }
    }
    const first = found[next];
    if (first !== undefined) {
      const { literal, start, end } = first;
      return { start: start - offset, end: end - offset, rule: rules[literal]! };
    }
    if (state === ROOT) return undefined;
    const start = text.length - automaton.held(state);
    return { start, end: undefined, rule: rules[automaton.hoped(state)]! };
  };
}

/**
 * Finds what a pattern matches, no further than a window of `maxMatch` units and one more reaches.
 * No match is tried on a longer text than that: so long, whatever the pattern, each place takes.
 */
export function patternFinder(pattern: Pattern, maxMatch: number, rule: number): Finder {
  const { match, unfinished, next, unicode } = pattern;

  /** Where the window ends that begins at `from`: not within a character. */
  function windowEnd(text: string, from: number): number {
    const end = from + maxMatch + 1;
    return unicode && isPair(text, end - 1) ? end + 1 : end;
  }

  /** Leaps over places where nothing can begin. */
  function leap(text: string, from: number): number {
    if (next === undefined) return from;
    for (let at = from; at < text.length;) {
      const window = text.slice(at, windowEnd(text, at));
      next.lastIndex = 0;
      const found = next.exec(window);
      if (found !== null && found.index < window.length) return at + found.index;
      at += window.length;
    }
    return text.length;
  }

  function mayGoOn(text: string, from: number): boolean {
    if (unfinished === undefined) return true;
    unfinished.lastIndex = from;
    return unfinished.test(text);
  }

  return (text, from, ended) => {
    const within = unicode && isPair(text, from - 1); // nothing begins within a character
    for (let start = within ? from + 1 : from; ; start += unicode && isPair(text, start) ? 2 : 1) {
      start = leap(text, start);
      if (start >= text.length) return undefined;
      const end = windowEnd(text, start);
      if (end > text.length && !ended && mayGoOn(text, start)) {
        return { start, end: undefined, rule };
      }
      match.lastIndex = 0;
      const length = match.exec(text.slice(start, end))?.[0].length ?? 0;
      if (length > 0) return { start, end: start + length, rule };
    }
  };
}
