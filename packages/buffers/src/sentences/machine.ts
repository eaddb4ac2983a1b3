import type { Emit, LimitError, Machine } from "@millrace/core";
import { holdText } from "@millrace/core/text";
import {
  candidateOf,
  decide,
  END,
  endsAnyway,
  goneOn,
  LOOK_AHEAD,
  WAIT,
  type Candidate,
  type DecideRules,
} from "./decide.ts";
import {
  BACKTICK,
  DOT,
  ELLIPSIS,
  EMOJI,
  isClosing,
  isEnder,
  isPlain,
  isSpace,
  kindAt,
  LESS,
  LINE_END,
  MARK,
  SEMICOLON,
  SPACE,
  specialFinder,
  STOP,
} from "./kinds.ts";
import type { PaceRules, SentencesMode } from "./pace.ts";
import { BLANK_LINE, BLOCK_CLOSED, CLOSED, codeSpan, OPEN, tag, type Span } from "./spans.ts";
import { beginsLine, isInUrl, LOOK_BACK, wordBefore } from "./word-before.ts";

export interface SentenceRules extends DecideRules, PaceRules {
  trim: boolean;
  /** What decides where units end, if they are not sentences. */
  mode: SentencesMode | undefined;
  tooLong: (offset: number) => LimitError;
}

//              SPAN
//              │  ▲ ` ~ <
//              ▼  │
//   LEADING ──▶ TEXT ──mark──▶ MARKS ──space──▶ GAP ──other──▶ AHEAD
//                 │ ▲             ▲ │              ▲              ▲ │ │
//                 │ │             │ └──────────────┼────other─────┘ │ │
//                 └─┼─────────────┼────line end────┘                │ │
//                   │             └─────closer, citation, tag───────┘ │
//                   └───────────────end, or none: on from there───────┘
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
  const { words, glued, mode, trim, maxLength, tooLong } = rules;
  const pace = mode?.start(rules, (position) => {
    limit(position - offset);
    cut(position - offset);
  });
  const findSpecial = specialFinder(pace ? SPACE : words.semicolonAsks ? SEMICOLON : LESS);
  const held = holdText(); // what of the unit stands before `text`
  let text = ""; // what is read now, behind enough to look back at
  let offset = 0; // of `text` in the input
  let unit = 0; // where it begins in `text`: a sentence, unless there is a pace; below 0 if before
  let start = 0; // where the sentence begins
  let at = 0; // the next unit to read
  let end = 0; // GAP, AHEAD: of what stands before the space
  let place = 0; // AHEAD: where the sentence may end
  let phase = LEADING;
  let ownLine = false; // the sentence ends with its line
  let span: Span; // SPAN
  let candidate: Candidate; // MARKS, GAP, AHEAD: for its end

  function append(chunk: string): void {
    const from = (phase === AHEAD ? place : at) - LOOK_BACK;
    if (from > 0) {
      if (from > unit) held.add(text.slice(Math.max(unit, 0), from));
      text = text.slice(from);
      offset += from;
      unit -= from;
      start -= from;
      at -= from;
      end -= from;
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
    const from = at;
    while (at < text.length && isSpace(kindAt(text, at))) at++;
    if (trim) {
      if (unit === from) unit = at;
      pace?.begin(offset + at);
    }
    limit(at);
    if (at < text.length) begin();
  }

  /** A sentence begins at the next unit, which is there. */
  function begin(): void {
    start = at;
    ownLine = text[at] === HEADING;
    if (text[at] === TILDE) open(BACKTICK);
    else phase = TEXT;
  }

  function readText(): void {
    const from = at;
    at = findSpecial(text, from);
    pace?.read(text, offset, from, at);
    if (at === text.length) return;
    const kind = kindAt(text, at);
    if (kind === BACKTICK && isPlain(kindAt(text, at - 1))) at++;
    else if (kind === BACKTICK || kind === LESS) open(kind);
    else if (kind === DOT && !glued && at + 1 < text.length && isPlain(kindAt(text, at + 1))) {
      at++; // as in 3.14 and a.example, where it ends nothing
    } else {
      mark(kind === SEMICOLON && words.semicolonAsks ? MARK : kind);
      if (phase === MARKS) at++;
    }
  }

  function open(kind: number): void {
    span = kind === LESS ? tag() : codeSpan(text[at]!, beginsLine(text, 0, at));
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
      mark(LINE_END);
      candidate.lineEnds = 1;
    } else if (outcome === CLOSED && isEnder(kindAt(text, at - edge - 1))) {
      // As in `npm test.`, like a quotation.
      mark(DOT);
      candidate.closed = true;
    }
  }

  /** The sentence may end behind the mark at `at`, or in the space there. */
  function mark(kind: number): void {
    candidate = candidateOf(kind, kindAt(text, at - 1), ownLine);
    if (isSpace(kind)) beginGap();
    else phase = MARKS;
  }

  function readMarks(): void {
    const { ender } = candidate;
    const kind = kindAt(text, at);
    if (isSpace(kind)) {
      const last = text[at - 1] === BRACKET_BEHIND_NUMBER ? at - 2 : at - 1;
      if (ender === DOT && text[last] === FULL_STOP) {
        candidate.word = wordBefore(text, start, last, words);
      }
      beginGap();
    } else if (isEnder(kind) && !isEnder(ender)) phase = TEXT;
    else if (isEnder(kind) || isClosing(kind, ender) || kind === EMOJI) {
      if (isClosing(kind, ender)) candidate.closed = true;
      else if (kind !== EMOJI && ender !== STOP) candidate.ender = kind === DOT ? ELLIPSIS : kind;
      at++;
    } else {
      phase = AHEAD;
      end = place = at;
      settle();
    }
  }

  function beginGap(): void {
    phase = GAP;
    end = at;
    pace?.gap(text, offset, end);
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
    const { ender, spaced } = candidate;
    if (verdict === END && (spaced || ender === STOP || !isInUrl(text, place))) {
      endAt(place);
      begin();
      return;
    }
    limit(place);
    if (verdict > 0) goOnBehind(verdict);
    else pace?.place(offset + place, offset + end, candidate, text.charAt(place));
  }

  /** So many units still belong to the end of the sentence. */
  function goOnBehind(count: number): void {
    at += count;
    phase = MARKS;
    candidate = goneOn(candidate);
  }

  function endAt(sentenceEnd: number): void {
    limit(sentenceEnd);
    if (pace) pace.sentence(offset + sentenceEnd, offset + end);
    else cut(sentenceEnd);
  }

  function cut(to: number): void {
    let piece: string;
    if (to < 0) {
      piece = held.take();
      held.add(piece.slice(to - unit));
      piece = piece.slice(0, to - unit);
    } else piece = held.take(text.slice(Math.max(unit, 0), to));
    unit = to;
    if (trim) piece = piece.trim();
    if (piece !== "") emit(piece);
  }

  function limit(to: number): void {
    if (to - unit <= maxLength) return;
    text = text.slice(0, unit + maxLength);
    throw tooLong(offset + unit + maxLength);
  }

  /** All that has been read is told to the pace. */
  function settle(): void {
    const to = phase === GAP || phase === AHEAD ? end : at;
    if (phase !== LEADING) pace?.read(text, offset, to, to);
  }

  return {
    push(chunk) {
      append(chunk);
      read();
      settle();
      limit(phase === AHEAD ? place : at);
    },
    flush() {
      while (phase === AHEAD) {
        // What was to come has not: no end is known of here.
        at = place;
        phase = TEXT;
        read();
      }
      settle();
      limit(text.length);
      cut(text.length);
    },
    fail() {
      cut(text.length);
    },
  };
}
