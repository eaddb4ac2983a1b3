import type { Delimiters } from "./delimiters.ts";

/** Knows which units of a text stand in Markdown's code, where tags are text. */
export interface MarkdownCode {
  /** Where the next unit outside of code is that a delimiter can begin with; -1 if nowhere. */
  find(text: string, from: number, delimiters: Delimiters<unknown>): number;
  /** The unit that was found belongs to the text: no delimiter begins there. */
  pass(unit: string): void;
  /** Goes into a text of its own, which begins here. */
  enter(): void;
  /** Goes back to where it was. */
  leave(): void;
}

/** What `find` has to hear of, besides delimiters. */
export const STOPS = "`\n";

const LINE_FEED = "\n";
const BACKTICK = "`";
const TILDE = "~";
const SPACE = /\s/;
const SPACE_OR_QUOTE = /[\s>]/;
const SHORTEST_FENCE = 3;

type State = (unit: string) => State;

//   lineStart ──▶ line ◀──────────── as many ─┐
//       │    ◀──\n── │ `                      │
//       │ ` or ~     ▼            `           │
//       └─────────▶ run ──▶ span ────▶ closingRun
//                            │   ◀────────────┘
//                            │ \n, and the run was a fence
//       ┌────────────────────┘
//       ▼            ` or ~            as many           \n
//   fencedStart ──────────▶ fencedRun ─────────▶ fencedEnd ──▶ lineStart
//       ▲  └──▶ fenced ◀────────┴────────────────────┘
//       └── \n ───┘
/** A state for each place in the text, from the beginning of its first line. */
export function markdownCode(): MarkdownCode {
  let state: State = lineStart;
  let outer: State = line; // where `enter` left
  let mark = ""; // what the run consists of
  let length = 0; // of the run that opened code, or may
  let closing = 0; // of the run that may close it
  let isFence = false; // the run is one, unless a backtick follows in its line

  /** Behind nothing but space, and marks of quotes. */
  function lineStart(unit: string): State {
    if (SPACE_OR_QUOTE.test(unit)) return lineStart;
    if (unit !== TILDE && unit !== BACKTICK) return line;
    return startRun(unit, true);
  }

  function line(unit: string): State {
    if (unit === LINE_FEED) return lineStart;
    return unit === BACKTICK ? startRun(unit, false) : line;
  }

  function startRun(unit: string, atLineStart: boolean): State {
    mark = unit;
    length = 1;
    isFence = atLineStart;
    return run;
  }

  function run(unit: string): State {
    if (unit === mark) {
      length++;
      return run;
    }
    isFence &&= length >= SHORTEST_FENCE;
    return mark === TILDE && !isFence ? line(unit) : span(unit);
  }

  /** In code up to a run of as many backticks, or to the end of the line, or behind a fence. */
  function span(unit: string): State {
    if (unit === LINE_FEED) return isFence ? fencedStart : lineStart;
    if (unit !== BACKTICK || mark === TILDE) return span;
    isFence = false;
    closing = 1;
    return closingRun;
  }

  function closingRun(unit: string): State {
    if (unit !== BACKTICK) return closing === length ? line(unit) : span(unit);
    closing++;
    return closingRun;
  }

  function fencedStart(unit: string): State {
    closing = 0;
    return SPACE_OR_QUOTE.test(unit) ? fencedStart : fencedRun(unit);
  }

  function fencedRun(unit: string): State {
    if (unit !== mark) return closing >= length ? fencedEnd(unit) : fenced(unit);
    closing++;
    return fencedRun;
  }

  /** Behind enough marks, and nothing but space since. */
  function fencedEnd(unit: string): State {
    if (unit === LINE_FEED) return lineStart;
    return SPACE.test(unit) ? fencedEnd : fenced;
  }

  function fenced(unit: string): State {
    return unit === LINE_FEED ? fencedStart : fenced;
  }

  function isOutside(): boolean {
    if (state === run) return mark === TILDE && length < SHORTEST_FENCE;
    if (state === closingRun) return closing === length;
    return state === lineStart || state === line;
  }

  return {
    find(text, from, { mayBegin, find }) {
      for (let at = from; at < text.length; at++) {
        if (state === line || state === span || state === fenced) {
          at = find(text, at);
          if (at === -1) return -1;
        }
        const unit = text.charAt(at);
        if (mayBegin(unit) && isOutside()) return at;
        state = state(unit);
      }
      return -1;
    },
    pass(unit) {
      state = state(unit);
    },
    enter() {
      outer = state === lineStart ? lineStart : line;
      state = lineStart;
    },
    leave() {
      state = outer;
    },
  };
}
