import type { Emit, LimitError, Machine } from "@millrace/core";
import { holdText } from "@millrace/core/text";
import {
  decide,
  END,
  endsAnyway,
  isEnder,
  isLetterOrDigit,
  LOOK_AHEAD,
  WAIT,
  type Candidate,
  type DecideRules,
} from "./decide.ts";
import {
  BACKTICK,
  CLOSER,
  DOT,
  ELLIPSIS,
  EMOJI,
  kindAt,
  specialFinder,
  LESS,
  LINE_END,
  OPENER_OR_CLOSER,
  BRACKET,
  CJK,
  SEMICOLON,
  SPACE,
  STOP,
  MARK,
} from "./kinds.ts";
import { BLANK_LINE, BLOCK_CLOSED, CLOSED, codeSpan, OPEN, tag, type Span } from "./spans.ts";
import { beginsLine, LOOK_BACK, type WordBefore } from "./word-before.ts";

export interface SentenceRules extends DecideRules {
  wordBefore: WordBefore;
  /** A semicolon is a question mark. */
  semicolonAsks: boolean;
  trim: boolean;
  maxLength: number;
  tooLong: (offset: number) => LimitError;
}

//               span ◀──▶ TEXT ◀───────────────────────────────────┐
//                          │ ▲                                      │
//                          │ └──────────── no end ────────────┐     │
//   LEADING ──▶ sentence   ├─mark──▶ MARKS ─space▶ GAP ─other▶ AHEAD ┘
const LEADING = 0;
const TEXT = 1;
const SPAN = 2;
const MARKS = 3;
const GAP = 4;
const AHEAD = 5;

const LINE_FEED = "\n";
const FULL_STOP = ".";
/** A heading of Markdown, or a line of hashtags. */
const HEADING = "#";
const BRACKET_BEHIND_NUMBER = ")";
const TILDE = "~";

/** Reads every unit once, but for the few ahead of a place where a sentence may end. */
export function sentenceMachine(rules: SentenceRules, emit: Emit<string>): Machine<string> {
  const { wordBefore, semicolonAsks, trim, maxLength, tooLong } = rules;
  const lastSpecial = semicolonAsks ? SEMICOLON : LESS; // a scan leaps over all kinds behind it
  const findSpecial = specialFinder(lastSpecial);
  const held = holdText(); // what of the sentence stands before `text`
  let text = ""; // what is read now, behind enough to look back at
  let offset = 0; // of `text` in the input
  let start = 0; // of the sentence in `text`; below 0 if it begins before
  let at = 0; // the next unit to read
  let place = 0; // AHEAD: where the sentence may end
  let phase = LEADING;
  let ownLine = false; // the sentence ends with its line
  let span: Span; // SPAN
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
      else if (phase === SPAN) readSpan();
      else readLeading();
    }
  }

  function readLeading(): void {
    while (at < text.length && isSpace(kindAt(text, at))) at++;
    if (trim) start = at;
    if (at < text.length) begin();
  }

  /** A sentence begins at the next unit, which is there. */
  function begin(): void {
    const unit = text[at]!;
    ownLine = unit === HEADING;
    if (unit === TILDE) openCode();
    else phase = TEXT;
  }

  function readText(): void {
    at = findSpecial(text, at);
    if (at === text.length) return;
    const kind = kindAt(text, at);
    if (kind === LESS) open(tag());
    else if (kind === BACKTICK) {
      const before = kindAt(text, at - 1);
      if (isLetterOrDigit(before) && before !== CJK) at++;
      else openCode();
    } else {
      mark(kind, at);
      if (phase === MARKS) at++;
    }
  }

  function openCode(): void {
    open(codeSpan(text[at]!, beginsLine(text, 0, at)));
  }

  function open(opened: Span): void {
    span = opened;
    phase = SPAN;
    at++;
  }

  function readSpan(): void {
    at = span.read(text, at);
    const { outcome, edge } = span;
    if (outcome === OPEN) return;
    phase = TEXT;
    if (outcome === BLOCK_CLOSED) ownLine = true;
    else if (outcome === BLANK_LINE) {
      mark(LINE_END, at);
      candidate.lineEnds = 1;
    } else if (outcome === CLOSED && isEnder(kindAt(text, at - edge - 1))) {
      // As in `npm test.`, like a quotation.
      mark(DOT, at);
      candidate.closed = true;
    }
  }

  /** The mark at `index` may end the sentence, or the line end there. */
  function mark(kind: number, index: number): void {
    candidate = {
      ender: kind === SEMICOLON ? MARK : kind,
      before: kindAt(text, index - 1),
      word: "free",
      closed: false,
      spaced: false,
      lineEnds: 0,
      ownLine,
    };
    phase = kind === LINE_END ? GAP : MARKS;
  }

  function readMarks(): void {
    const { ender } = candidate;
    const kind = kindAt(text, at);
    if (kind === SPACE || kind === LINE_END) {
      const last = text[at - 1] === BRACKET_BEHIND_NUMBER ? at - 2 : at - 1;
      if (ender === DOT && text[last] === FULL_STOP) candidate.word = wordBefore(text, start, last);
      phase = GAP;
      return;
    }
    if (isEnder(kind)) {
      if (ender !== STOP) candidate.ender = kind === DOT ? ELLIPSIS : kind;
    } else if (
      kind === BRACKET ||
      kind === CLOSER ||
      (ender !== STOP && kind === OPENER_OR_CLOSER)
    ) {
      candidate.closed = true;
    } else if (kind !== EMOJI) {
      phase = AHEAD;
      place = at;
      return;
    }
    at++;
  }

  function readGap(): void {
    candidate.spaced = true;
    while (at < text.length) {
      if (text[at] === LINE_FEED) candidate.lineEnds++;
      else if (kindAt(text, at) !== SPACE) {
        phase = AHEAD;
        place = at;
        return;
      }
      at++;
      // What is trimmed need not be waited for.
      if (trim && endsAnyway(candidate)) {
        endAt(at);
        phase = LEADING;
        return;
      }
    }
  }

  function lookAhead(): void {
    at++;
    const verdict = decide(candidate, text.slice(place, at), rules);
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
    if (candidate.spaced) candidate.closed = true;
    candidate.word = "free";
    candidate.spaced = false;
    candidate.lineEnds = 0;
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

function isSpace(kind: number): boolean {
  return kind === SPACE || kind === LINE_END;
}
