import type { Emit, Machine } from "@millrace/core";
import { holdText } from "../held-text.ts";
import { tooLong } from "../limit.ts";
import { decide, END, LOOK_AHEAD, NO_ENDER, WAIT, type Candidate } from "./decide.ts";
import {
  CLOSER,
  DOT,
  EITHER,
  ELLIPSIS,
  EMOJI,
  kindsOfUnits,
  NEWLINE,
  SPACE,
  STOP,
} from "./marks.ts";
import { LOOK_BACK, type WordBefore } from "./word-before.ts";

export interface SentenceRules {
  wordBefore: WordBefore;
  glued: boolean;
  trim: boolean;
  maxLength: number;
}

//                     ┌─────────────── no end: on from there ────────────────┐
//                     ▼                                                      │
//   LEADING ───▶   TEXT   ──mark──▶   MARKS   ──space──▶   GAP   ──other──▶ AHEAD
//    space at        │              and closers             ▲                ▲ │ ▲
//   the start        └──────────────line end────────────────┘     other ─────┘ │ │
//                                       │                                      │ │
//                                       └──────────────────────────────────────┼─┘
//                                       ▲───────── a closer behind space ──────┘
const LEADING = 0;
const TEXT = 1;
const MARKS = 2;
const GAP = 3;
const AHEAD = 4;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const PARAGRAPH_SEPARATOR = 0x2029;
const HEADING = /^\s*#{1,6}[ \t]/;
const OPENING_LENGTH = 16;

/** Reads every unit once, but for the few ahead of a place where a sentence may end. */
export function sentenceMachine(rules: SentenceRules, emit: Emit<string>): Machine<string> {
  const { wordBefore, glued, trim, maxLength } = rules;
  const kinds = kindsOfUnits();
  const held = holdText(); // what of the sentence stands before `text`
  let opening = ""; // how it begins, if it does before `text`
  let text = ""; // what is read now, behind enough to look back at
  let offset = 0; // of `text` in the input
  let start = 0; // of the sentence in `text`; below 0 if it begins before
  let at = 0; // the next unit to read
  let place = 0; // AHEAD: where the sentence may end
  let phase = LEADING;
  let tripped = false;
  const candidate: Candidate = {
    ender: NO_ENDER,
    word: "free",
    closed: false,
    before: 0,
    spaced: false,
    newlines: 0,
    heading: false,
  };

  function append(chunk: string): void {
    const from = (phase === AHEAD ? place : at) - LOOK_BACK;
    if (from > 0) {
      if (from > start) {
        if (start >= 0) opening = text.slice(start, start + OPENING_LENGTH);
        held.add(text.slice(Math.max(start, 0), from));
      }
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
    while (at < text.length && isSpace(at)) at++;
    if (trim) start = at;
    if (at < text.length) phase = TEXT;
  }

  function readText(): void {
    while (at < text.length && kinds[text.charCodeAt(at)]! < NEWLINE) at++;
    if (at === text.length) return;
    const kind = kinds[text.charCodeAt(at)]!;
    candidate.word = "free";
    candidate.closed = false;
    candidate.newlines = 0;
    if (kind === NEWLINE) {
      candidate.ender = NO_ENDER;
      candidate.heading = HEADING.test(
        start < 0 ? opening : text.slice(start, start + OPENING_LENGTH),
      );
      phase = GAP;
    } else {
      candidate.ender = kind;
      candidate.before = text.charCodeAt(at - 1);
      phase = MARKS;
      at++;
    }
  }

  function readMarks(): void {
    const { ender } = candidate;
    const kind = kinds[text.charCodeAt(at)]!;
    if (kind >= DOT) {
      if (ender !== STOP) candidate.ender = kind === DOT ? ELLIPSIS : kind;
    } else if (kind === CLOSER || (kind === EITHER && ender !== STOP)) {
      candidate.closed = true;
    } else if (kind !== EMOJI) {
      leaveMarks();
      return;
    }
    at++;
  }

  function leaveMarks(): void {
    if (isSpace(at)) {
      phase = GAP;
      const behindDot = candidate.ender === DOT && kinds[text.charCodeAt(at - 1)] === DOT;
      if (behindDot) candidate.word = wordBefore(text, start, at - 1);
    } else {
      candidate.spaced = false;
      phase = AHEAD;
      place = at;
    }
  }

  function readGap(): void {
    candidate.spaced = true;
    while (at < text.length && isSpace(at)) {
      candidate.newlines += lineEnds(at);
      at++;
      // Nothing can change that it ends here, and what is trimmed need not be waited for.
      if (trim && (candidate.ender === STOP || candidate.newlines > 1)) {
        endAt(at);
        phase = LEADING;
        return;
      }
    }
    if (at === text.length) return;
    phase = AHEAD;
    place = at;
  }

  function lookAhead(): void {
    at++;
    const verdict = decide(candidate, text.slice(place, at), glued);
    if (verdict === WAIT && at - place < LOOK_AHEAD) return;
    at = place;
    phase = TEXT;
    if (verdict === END) endAt(place);
    else if (verdict > 0) goOnBehind(verdict);
  }

  /** So many units still belong to the end of the sentence. */
  function goOnBehind(count: number): void {
    at += count;
    phase = MARKS;
    candidate.newlines = 0;
    if (candidate.spaced) candidate.closed = true;
  }

  function endAt(end: number): void {
    limit(end);
    put(end);
    start = end;
  }

  function limit(end: number): void {
    if (end - start <= maxLength) return;
    tripped = true;
    throw tooLong("sentences", "sentence", maxLength, offset + start + maxLength);
  }

  function put(end: number): void {
    const sentence = held.take(text.slice(Math.max(start, 0), end));
    const output = trim ? sentence.trim() : sentence;
    if (output !== "") emit(output);
  }

  function isSpace(index: number): boolean {
    const kind = kinds[text.charCodeAt(index)];
    return kind === SPACE || kind === NEWLINE;
  }

  /** A CRLF is one line end, a paragraph separator as good as two. */
  function lineEnds(index: number): number {
    const code = text.charCodeAt(index);
    if (kinds[code] !== NEWLINE) return 0;
    if (code === LINE_FEED && text.charCodeAt(index - 1) === CARRIAGE_RETURN) return 0;
    return code === PARAGRAPH_SEPARATOR ? 2 : 1;
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
      put(tripped ? start + maxLength : text.length);
    },
  };
}
