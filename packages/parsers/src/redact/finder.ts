import { ROOT, type Automaton } from "../literals/automaton.ts";
import { isPair } from "@millrace/core/text";
import { goesOn, lengthOf, type Pattern } from "./pattern.ts";

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

/** So many units are read for literals at first, and then twice as many each time. */
const FIRST_STRETCH = 64;

/**
 * Finds literals; each has a rule. It reads on by stretches until it finds one. Only if the match of
 * another rule ends within what it has found, it reads a stretch again, which is a short one then.
 */
export function literalFinder(automaton: Automaton, rules: readonly number[]): Finder {
  let state = ROOT;
  let done = 0; // how much of the whole has been read
  let stretch = FIRST_STRETCH; // no longer than what has been read and is used
  let found: { literal: number; start: number; end: number }[] = []; // in the whole
  let next = 0; // those before are used

  return (text, from, ended, offset) => {
    const find = (literal: number, at: number) => {
      const start = offset + at;
      found.push({ literal, start, end: start + automaton.literals[literal]!.length });
      return false;
    };
    const begin = offset + from;
    const end = offset + text.length;
    while (next < found.length && found[next]!.end <= begin) next++;
    if ((found[next]?.start ?? done - automaton.held(state)) < begin) {
      next = found.length;
      state = ROOT;
      done = begin;
      stretch = FIRST_STRETCH;
    }
    if (next === found.length) {
      found = [];
      next = 0;
      for (; found.length === 0 && done < end; stretch *= 2) {
        const to = Math.min(end, done + stretch);
        state = automaton.read(state, text.slice(0, to - offset), done - offset, find);
        done = to;
      }
      if (found.length === 0 && ended) {
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
  const { match, begun, next, longest, unicode } = pattern;

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

  /** Gives the end of the match at `start`; nothing, if it is not decided yet. */
  function endAt(text: string, start: number, ended: boolean): number | undefined {
    const end = windowEnd(text, start);
    const window = text.slice(start, end);
    if (ended || end <= text.length) {
      const length = lengthOf(match, window);
      return length > 0 && end <= text.length && goesOn(pattern, window) ? end : start + length;
    }
    if (begun === undefined) return undefined;
    const length = lengthOf(begun, window);
    const most = unicode ? 2 * Array.from(window).length : length; // as `longest` counts characters
    return length === window.length && most < longest ? undefined : start + length;
  }

  return (text, from, ended) => {
    const within = unicode && isPair(text, from - 1); // nothing begins within a character
    for (let start = within ? from + 1 : from; ; start += unicode && isPair(text, start) ? 2 : 1) {
      start = leap(text, start);
      if (start >= text.length) return undefined;
      const end = endAt(text, start, ended);
      if (end !== start) return { start, end, rule };
    }
  };
}
