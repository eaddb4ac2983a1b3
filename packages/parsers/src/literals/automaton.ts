import { leapOver } from "./leap.ts";
import { foldCase } from "./fold-case.ts";

/** Where nothing has been read that may belong to a match. */
export const ROOT = 0;
/** What `read` gives when it was told to stop. */
const STOPPED = -1;
/** Units that the root's own table knows. */
const ROW = 256;
/** To leap costs as much as to read so many units. */
const WORTH_IT = 8;
/** Where a leap was shorter, so many units are read before the next. */
const REST = 16;
/** Spreads the children of neighbouring states over the table: 2 ** 32 / golden ratio. */
const SPREAD = 0x9e3779b1;

/** Hears of each match, in order; what it gives tells whether to stop. */
export type Found = (literal: number, start: number) => boolean;

/** Finds literals, leftmost, then longest, none within another's match. */
export interface Automaton {
  readonly literals: readonly string[];
  /** Reads on in a state; gives the state behind the text. Matches may start before the text. */
  read(state: number, text: string, from: number, found: Found): number;
  /** No text follows: finds what is left to be found in the units that the state holds. */
  finish(state: number, length: number, found: Found): void;
  /** How many of the units read last may still be part of a match: the others are decided. */
  held(state: number): number;
  /** Those units, if case counts. */
  path(state: number): string;
  /** A literal that begins with them. */
  hoped(state: number): number;
}

/** A match that a state gives up its beginning for, behind those before it. */
interface Given {
  literal: number;
  /** In units from where the state's text begins. */
  start: number;
  before: Given | undefined;
}

/**
 * A state is a beginning of literals: the text that it holds. When the next unit leads nowhere, it
 * gives up what `fallback` does not hold any more, and `given` says which matches are in there: what
 * the rules find in its text from the front, known beforehand. So no unit of the text is read twice,
 * however literals overlap (Mihov and Schulz, Efficient dictionary-based text rewriting, 2007).
 *
 * The states are numbered by their length. Building takes linear time too.
 */
export function automaton(literals: readonly string[], ignoreCase: boolean): Automaton {
  const most = literals.reduce((sum, { length }) => sum + length, 1);
  const parents = new Int32Array(most);
  const units = new Uint16Array(most); // that lead from the parent here
  const depths = new Int32Array(most);
  const owners = new Int32Array(most); // a literal that leads through here
  const ends = new Int32Array(most).fill(-1); // the literal that ends here
  const inner = new Uint8Array(most); // there are longer ones
  const fallbacks = new Int32Array(most);
  const givens: (Given | undefined)[] = [];
  const mask = 2 ** Math.ceil(Math.log2(most * 2)) - 1;
  const slots = new Int32Array(mask + 1); // states by parent and unit; 0 where none is
  const first = new Int32Array(ROW); // where the units up to there lead from the root: it is asked most;
  const leap = leapOver(literals, ignoreCase);
  let count = 1;

  function slotOf(parent: number, unit: number): number {
    let slot = (Math.imul(parent, SPREAD) + unit) & mask;
    for (;;) {
      const state = slots[slot]!;
      if (state === ROOT || (parents[state] === parent && units[state] === unit)) return slot;
      slot = (slot + 1) & mask;
    }
  }

  function unitAt(text: string, at: number): number {
    const unit = text.charCodeAt(at);
    return ignoreCase ? foldCase(unit) : unit;
  }

  function addState(parent: number, unit: number, slot: number, owner: number): number {
    const state = count++;
    slots[slot] = state;
    if (parent === ROOT && unit < ROW) first[unit] = state;
    parents[state] = parent;
    units[state] = unit;
    depths[state] = depths[parent]! + 1;
    owners[state] = owner;
    inner[parent] = 1;
    return state;
  }

  /** All literals at once, so that the states come by their length. */
  function addLiterals(): void {
    const states = new Int32Array(literals.length);
    let longer = literals.map((_, literal) => literal);
    for (let depth = 0; longer.length > 0; depth++) {
      longer = longer.filter((literal) => {
        const text = literals[literal]!;
        const parent = states[literal]!;
        if (text.length === depth) {
          if (ends[parent] === -1) ends[parent] = literal;
          return false;
        }
        const unit = unitAt(text, depth);
        const slot = slotOf(parent, unit);
        states[literal] = slots[slot]! || addState(parent, unit, slot, literal);
        return true;
      });
    }
  }

  function prepare(state: number): void {
    const parent = parents[state]!;
    if (ends[state] !== -1) {
      givens[state] = { literal: ends[state]!, start: 0, before: undefined };
    } else if (parent !== ROOT) {
      let given = givens[parent];
      fallbacks[state] = step(
        fallbacks[parent]!,
        units[state]!,
        depths[parent]!,
        (literal, start) => {
          given = { literal, start, before: given };
          return false;
        },
      );
      givens[state] = given;
    }
  }

  /** Reads the unit that stands at `at`. */
  function step(from: number, unit: number, at: number, found: Found): number {
    let state = from;
    for (;;) {
      const next = state === ROOT && unit < ROW ? first[unit]! : slots[slotOf(state, unit)]!;
      if (next !== ROOT) {
        if (inner[next] === 1) return next;
        return found(ends[next]!, at + 1 - depths[next]!) ? STOPPED : ROOT;
      }
      if (state === ROOT) return ROOT;
      if (give(givens[state], at - depths[state]!, found)) return STOPPED;
      state = fallbacks[state]!;
    }
  }

  function give(last: Given | undefined, begin: number, found: Found): boolean {
    if (last === undefined) return false;
    const all: Given[] = [];
    for (let given: Given | undefined = last; given; given = given.before) all.push(given);
    return all.reverse().some(({ literal, start }) => found(literal, begin + start));
  }

  addLiterals();
  for (let state = 1; state < count; state++) prepare(state);

  return {
    literals,
    read(from, text, begin, found) {
      let state = from;
      let leapAt = begin + REST; // from here on a leap is tried
      for (let at = begin; at < text.length; at++) {
        if (state === ROOT && at >= leapAt) {
          const next = leap(text, at);
          leapAt = next - at < WORTH_IT ? next + REST : next + 1;
          at = next;
          if (at === text.length) break;
        }
        const unit = unitAt(text, at);
        if (state === ROOT && unit < ROW && first[unit] === ROOT) continue;
        state = step(state, unit, at, found);
        if (state === STOPPED) break;
      }
      return state;
    },
    finish(from, length, found) {
      for (let state = from; state !== ROOT; state = fallbacks[state]!) {
        if (give(givens[state], length - depths[state]!, found)) return;
      }
    },
    held: (state) => depths[state]!,
    path: (state) => (state === ROOT ? "" : literals[owners[state]!]!.slice(0, depths[state])),
    hoped: (state) => owners[state]!,
  };
}
