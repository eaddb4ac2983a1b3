import { ROOT, type Automaton } from "../literals/automaton.ts";
import { isPair } from "../literals/whole-characters.ts";
import type { Pattern } from "./pattern.ts";

/** A match, or, without an end, where a match may begin that is not decided yet. */
export interface Place {
  start: number;
  end: number | undefined;
  rule: number;
}

/** Gives the first place at or behind `from`; if the text has `ended`, it is decided. */
export type Finder = (text: string, from: number, ended: boolean) => Place | undefined;

/** Finds literals; each has a rule. */
export function literalFinder(automaton: Automaton, rules: readonly number[]): Finder {
  return (text, from, ended) => {
    let place: Place | undefined;
    const found = (literal: number, start: number) => {
      const end = start + automaton.literals[literal]!.length;
      place = { start, end, rule: rules[literal]! };
      return true;
    };
    const state = automaton.read(ROOT, text, from, found);
    if (state > ROOT && ended) automaton.finish(state, text.length, found);
    else if (state > ROOT) {
      const rule = rules[automaton.hoped(state)]!;
      place = { start: text.length - automaton.held(state), end: undefined, rule };
    }
    return place;
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
      if (found !== null) return at + found.index;
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
