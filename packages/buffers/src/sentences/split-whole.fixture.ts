import type { Language } from "../languages/language.ts";
import { findSpans, hideSpans, MAYBE_TAG, type WholeSpan } from "./find-spans.fixture.ts";

// The rules once more, as regular expressions over a text that is all there: no states, no tables,
// no cuts, but a new look at everything before and behind every place where a sentence might end.

export const STOPS = "。！？｡؟۔।॥။។៕։።፧፨᠃᠉";
export const ENDERS = `.．…!?‽‼⁇⁈⁉${STOPS}`;
export const CLOSERS = ")\\]}\"'*_~”’»›）」』】》〉］｝｣＂＇“‘«‹";
export const EMOJI = "[\\udc00-\\udfff\\ud83c-\\ud83e\\u2600-\\u27bf]|\\u200d|\\ufe0f";
const CITATION = "\\[[\\d,–-]{0,62}\\]";
const TAG = "<\\ue000{1,62}>"; // as `hideSpans` leaves it

export const ENDING = new RegExp(
  `[${ENDERS}](?:[${ENDERS}${CLOSERS}]|${EMOJI}|${CITATION}|${TAG}|\\s+[»›)\\]}])*(?=\\s*$)`,
);
const LINE_ENDS = /\n/g;
const ITEM = /^(?:(?:[-*+•–—]|#{1,6}|(?:\d{1,9}|[a-z])[.)])\s|```|~~~)/;
export const CJK = /[\u3040-\u9fff\uac00-\ud7af]/;
const SMALL = /^(?![\u10d0-\u10ff])\p{Ll}/u;
const WORD = /(?:(?!\ufe0f)[\p{L}\p{M}\p{N}.．&/-]){0,32}$/u;
const EVERYWHERE = "al cf dr e.g i.e mr mrs ms prof st vs";

export interface SplitOptions {
  language: Language;
  glued?: boolean;
}

export function splitWhole(text: string, options: SplitOptions): string[] {
  const spans = findSpans(text);
  const hidden = hideSpans(text, spans);
  const found: string[] = [];
  let start = 0;
  for (let place = 1; place < text.length; place++) {
    if (text.slice(start, place).trim() === "" || /^\s/.test(text.slice(place))) continue;
    if (spans.some(({ from, to }) => from < place && place < to)) continue;
    if (!endsBetween({ text, hidden, spans, start, place }, options)) continue;
    found.push(text.slice(start, place));
    start = place;
  }
  return start < text.length ? [...found, text.slice(start)] : found;
}

interface Place {
  text: string;
  /** The same without the marks in spans. */
  hidden: string;
  spans: readonly WholeSpan[];
  /** Where the sentence begins, and where it may end. */
  start: number;
  place: number;
}

function endsBetween({ text, hidden, spans, start, place }: Place, options: SplitOptions) {
  const tail = text.slice(place);
  const body = text.slice(start, place).trimEnd();
  const gap = text.slice(start + body.length, place);
  const lines = [...gap.matchAll(LINE_ENDS)];
  if (lines.length > 1) return true;
  const isHeading = /^\s*#/.test(body);
  const isBlock = spans.some(({ kind, to }) => kind === "block" && start < to && to <= place);
  if (lines.length === 1 && (isHeading || isBlock)) return true;
  const ending = ENDING.exec(hidden.slice(start, place))?.[0];
  const isStop = ending !== undefined && new RegExp(`[${STOPS}]`).test(ending);
  if (gap !== "" && isStop) return true;
  if (/^(?!\ufe0f)\p{M}/u.test(tail)) return false;
  const item = lines.length === 1 && ITEM.test(tail);
  if (ending === undefined) return item;
  const before = hidden.slice(start, start + body.length - ending.length);
  const last = before.slice(-1) || hidden.charAt(start - 1);
  const inUrl = gap === "" && /:\/\/[!-~]*$/.test(text.slice(Math.max(0, place - 64), place));
  const ahead = hidden.slice(place);
  if (gap === "") return endsAdjacent({ ending, isStop, last, inUrl, ahead, tail }, options);
  if (/^(?:[»›](?![\p{L}\p{N}])|[)\]}])/u.test(tail)) return false;
  return item || endsSpaced(ending, before, tail, options.language);
}

interface Adjacent {
  ending: string;
  /** It ends a sentence, whatever follows. */
  isStop: boolean;
  /** The character before it. */
  last: string;
  inUrl: boolean;
  /** What follows, with its spans hidden and not. */
  ahead: string;
  tail: string;
}

function endsAdjacent(adjacent: Adjacent, { glued }: SplitOptions) {
  const { ending, isStop, last, inUrl, ahead, tail } = adjacent;
  if (new RegExp(`^(?:[${ENDERS}]|${EMOJI})`).test(tail)) return false;
  const closed = closes(ending);
  if (new RegExp(`^[${isStop ? CLOSERS.slice(0, -4) : CLOSERS}]`).test(tail)) return false;
  if (new RegExp(`^${CITATION}`).test(tail) || /^\[[\d,–-]*$/.test(tail.slice(0, 64))) return false;
  const tag = new RegExp(`^${TAG}`).exec(ahead)?.[0];
  if (tag === undefined && MAYBE_TAG.test(tail.slice(0, 64))) return false;
  if (tag !== undefined) return isStop && !/^<\/|\/>$/.test(tail.slice(0, tag.length));
  if (isStop) return !(closed && /^[とっ、，]/.test(tail));
  const mild = marksOf(ending);
  const isMark = /[^.．…]$/.test(mild);
  const isDot = /^[.．]$/.test(mild);
  if (isMark && inUrl) return false;
  const [first = ""] = tail;
  const either = CJK.test(first) || CJK.test(last);
  if (isMark && either && /[\p{L}\p{N}]/u.test(first)) return true;
  if (isDot && CJK.test(first) && CJK.test(last)) return true;
  return (
    glued === true &&
    !closed &&
    !inUrl &&
    SMALL.test(last) &&
    /^\p{Lu}\p{L}/u.test(tail.slice(0, 2))
  );
}

function endsSpaced(ending: string, before: string, tail: string, language: Language) {
  const closed = closes(ending);
  const word = /^\.\)?$/.test(ending) ? wordAtEnd(before, language) : "free";
  if (word === "list-number") return false;
  if (!closed) {
    if (word === "abbreviation" || (word === "before-number" && /^[\d０-９]/.test(tail)))
      return false;
    if (word === "before-name") {
      const next = /^(\p{Lu}\p{L}*)[^\p{L}.]/u.exec(tail.slice(0, 64))?.[1];
      return (
        next !== undefined && (language.starters ?? "").split(" ").includes(next.toLowerCase())
      );
    }
  }
  const first = tail.slice(0, 64).replace(/^[—–-]+\s*/, "");
  if (first === "") return false;
  if (SMALL.test(first)) return /[^.．…]$/.test(marksOf(ending)) && !closed && /^[^—–-]/.test(tail);
  return !new RegExp(`^[${ENDERS},;:–—،؛、，；：﹑､፣፤፥\\u0387)\\]}]`).test(first);
}

export function wordAtEnd(before: string, language: Language) {
  const word = WORD.exec(before)?.[0] ?? "";
  if (word === "") return "free";
  const small = word.toLowerCase();
  const head = before.slice(0, -word.length).trimStart();
  const entries = `${EVERYWHERE} ${language.abbreviations}`.split(" ");
  if (entries.includes(small)) return "abbreviation";
  const list = /^(?:[\d.]+|[ivx]+|[IVX]+|[\p{Lu}\p{Ll}])$/u.test(word);
  if (list && /(?:^|\n)[ \t>*_#(+-]*$/.test(head.slice(-24))) return "list-number";
  if (/^(?:\p{Lu}[.-]+)*\p{Lu}$/u.test(word) && !/^(?:I|[AP]\.M)$/.test(word)) return "before-name";
  if (language.ordinals && /^(?:\d\d?|[IVXLC]+)$/.test(word) && !/\.\s*$|[:,]$/.test(head)) {
    return "before-name";
  }
  for (const entry of language.beforeNumbers.split(" ")) {
    if (entry === small) return "before-number";
    if (entry.startsWith("-") && small.endsWith(entry.slice(1))) return "before-number";
  }
  return "free";
}

export function closes(ending: string): boolean {
  const own = ending.replaceAll(new RegExp(`${CITATION}|${TAG}`, "g"), "");
  return new RegExp(`[${CLOSERS}]`).test(own);
}

export function marksOf(ending: string): string {
  return ending.replaceAll(new RegExp(`[^${ENDERS}]`, "g"), "");
}
