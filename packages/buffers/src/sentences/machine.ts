import type { Emit, LimitError, Machine } from "@millrace/core";
import { holdText } from "@millrace/core/text";
import { decide, END, LOOK_AHEAD, WAIT, type Candidate } from "./decide.ts";
import {
  CLOSER,
  DOT,
  ELLIPSIS,
  EMOJI,
  kindsOfUnits,
  LINE_END,
  OPENER_OR_CLOSER,
  scanner,
  STOP,
} from "./marks.ts";
import { LOOK_BACK, type WordBefore } from "./word-before.ts";

export interface SentenceRules {
  wordBefore: WordBefore;
  glued: boolean;
  trim: boolean;
  maxLength: number;
  tooLong: (offset: number) => LimitError;
}

//   LEADING ───▶ TEXT ──mark──▶ MARKS ──space──▶ GAP ──other──▶ AHEAD
//                 │ ▲             ▲ │              ▲              ▲ │ │
//                 │ │             │ └──────────────┼────other─────┘ │ │
//                 └─┼─────────────┼────line end────┘                │ │
//                   │             └──────closer, citation───────────┘ │
//                   └───────────────end, or none: on from there───────┘
const LEADING = 0;
const TEXT = 1;
const MARKS = 2;
const GAP = 3;
const AHEAD = 4;

const SPACE = /\s/;
const LINE_FEED = "\n";
const FULL_STOP = ".";
/** A heading of Markdown, or a line of hashtags. */
const HEADING = "#";

/** Reads every unit once, but for the few ahead of a place where a sentence may end. */
export function sentenceMachine(rules: SentenceRules, emit: Emit<string>): Machine<string> {
  const { wordBefore, glued, trim, maxLength, tooLong } = rules;
  const kinds = kindsOfUnits();
  const marks = scanner();
  const held = holdText(); // what of the sentence stands before `text`
  let text = ""; // what is read now, behind enough to look back at
  let offset = 0; // of `text` in the input
  let start = 0; // of the sentence in `text`; below 0 if it begins before
  let at = 0; // the next unit to read
  let place = 0; // AHEAD: where the sentence may end
  let phase = LEADING;
  let heading = false; // the sentence ends with its line
  let candidate: Candidate; // MARKS, GAP, AHEAD: for its end

  function append(chunk: string): void {
    const from = (phase === AHEAD ? place : at) - LOOK_BACK;
    if (from > 0) {
      if (from > start) held.add(text.slice(Math.max(start, 0), from));
      text = text.slice(from);
      offset += from;
      start -= from;
      at -= from;
      place -= from;
    }
    text += chunk;
  }

  function read(): void {
    while (at < text.length) {
      if (phase === TEXT) readText();
      else if (phase === MARKS) readMarks();
      else if (phase === GAP) readGap();
      else if (phase === AHEAD) lookAhead();
      else readLeading();
    }
  }

  function readLeading(): void {
    while (isSpaceAt(at)) at++;
    if (trim) start = at;
    if (at < text.length) begin();
  }

  /** A sentence begins at the next unit, which is there. */
  function begin(): void {
    heading = text[at] === HEADING;
    phase = TEXT;
  }

  function readText(): void {
    marks.lastIndex = at;
    if (!marks.test(text)) {
      at = text.length;
      return;
    }
    at = marks.lastIndex - 1;
    const ender = kinds.get(text.charAt(at))!;
    const before = text.charAt(at - 1);
    candidate = { ender, before, word: "free", closed: false, spaced: false, lineEnds: 0, heading };
    if (ender === LINE_END) phase = GAP;
    else {
      phase = MARKS;
      at++;
    }
  }

  function readMarks(): void {
    const { ender } = candidate;
    const unit = text.charAt(at);
    const kind = kinds.get(unit);
    if (SPACE.test(unit)) {
      if (ender === DOT && text[at - 1] === FULL_STOP) {
        candidate.word = wordBefore(text, start, at - 1);
      }
      phase = GAP;
      return;
    }
    if (kind !== undefined) {
      if (ender !== STOP) candidate.ender = kind === DOT ? ELLIPSIS : kind;
    } else if (CLOSER.test(unit) || (ender !== STOP && OPENER_OR_CLOSER.test(unit))) {
      candidate.closed = true;
    } else if (!EMOJI.test(unit)) {
      candidate.spaced = false;
      phase = AHEAD;
      place = at;
      return;
    }
    at++;
  }

  function readGap(): void {
    candidate.spaced = true;
    while (isSpaceAt(at)) {
      if (text[at] === LINE_FEED) candidate.lineEnds++;
      at++;
      // What is trimmed need not be waited for.
      if (trim && endsInGap()) {
        endAt(at);
        phase = LEADING;
        return;
      }
    }
    if (at === text.length) return;
    phase = AHEAD;
    place = at;
  }

  /** Whether nothing that follows can change that the sentence ends here. */
  function endsInGap(): boolean {
    const { ender, lineEnds } = candidate;
    return lineEnds > 1 || ender === STOP || (ender === LINE_END && heading);
  }

  function lookAhead(): void {
    at++;
    const verdict = decide(candidate, text.slice(place, at), glued);
    if (verdict === WAIT && at - place < LOOK_AHEAD) return;
    at = place;
    phase = TEXT;
    if (verdict === END) {
      endAt(place);
      begin();
    } else if (verdict > 0) goOnBehind(verdict);
  }

  /** So many units still belong to the end of the sentence. */
  function goOnBehind(count: number): void {
    at += count;
    phase = MARKS;
    candidate.lineEnds = 0;
    if (candidate.spaced) candidate.closed = true;
  }

  function endAt(end: number): void {
    limit(end);
    put(end);
    start = end;
  }

  function limit(end: number): void {
    if (end - start <= maxLength) return;
    text = text.slice(0, start + maxLength);
    throw tooLong(offset + start + maxLength);
  }

  function put(end: number): void {
    const sentence = held.take(text.slice(Math.max(start, 0), end));
    const output = trim ? sentence.trim() : sentence;
    if (output !== "") emit(output);
  }

  function isSpaceAt(index: number): boolean {
    return SPACE.test(text.charAt(index));
  }

  return {
    push(chunk) {
      append(chunk);
      read();
      limit(phase === AHEAD ? place : at);
    },
    flush() {
      while (phase === AHEAD) {
        // What was to come has not: no end is known of here.
        at = place;
        phase = TEXT;
        read();
      }
      endAt(text.length);
    },
    fail() {
      put(text.length);
    },
  };
}
