import type { Language } from "../languages/language.ts";

// The rules once more, as regular expressions over a text that is all there: no states, no tables,
// no cuts, but a new look at everything before and behind every place where a sentence might end.

const STOPS = "。！？｡؟۔।॥။។៕։።፧፨᠃᠉";
const ENDERS = `.．…!?‽‼⁇⁈⁉${STOPS}`;
const CLOSERS = ")\\]}\"'*_~`”’»›）」』】》〉］｝｣＂＇“‘«‹";
const EMOJI = "[\\udc00-\\udfff\\ud83c-\\ud83e\\u2600-\\u27bf]|\\u200d|\\ufe0f";
const CITATION = "\\[[\\d,–-]{0,14}\\]";

const ENDING = new RegExp(
  `[${ENDERS}](?:[${ENDERS}${CLOSERS}]|${EMOJI}|${CITATION}|\\s+[»›])*(?=\\s*$)`,
);
const LINE_ENDS = /\n/g;
const ITEM = /^(?:[-*+•–—]|#{1,6}|(?:\d{1,9}|[a-z])[.)])\s/;
const CJK = /[\u3040-\u9fff\uac00-\ud7af]/;
const SMALL = /^(?![\u10d0-\u10ff])\p{Ll}/u;
const WORD = /[\p{L}\p{M}\p{N}.&/-]{0,32}$/u;
const EVERYWHERE = "al cf dr e.g i.e mr mrs ms prof st vs";

export interface SplitOptions {
  language: Language;
  glued?: boolean;
}

export function splitWhole(text: string, options: SplitOptions): string[] {
  const found: string[] = [];
  let start = 0;
  for (let place = 1; place < text.length; place++) {
    const head = text.slice(start, place);
    const tail = text.slice(place);
    if (head.trim() === "" || /^\s/.test(tail)) continue;
    if (!endsBetween(head, tail, text.charAt(start - 1), options)) continue;
    found.push(head);
    start = place;
  }
  return start < text.length ? [...found, text.slice(start)] : found;
}

/** Whether a sentence that begins as `head` does ends before `tail`. */
function endsBetween(head: string, tail: string, preceding: string, options: SplitOptions) {
  const body = head.trimEnd();
  const gap = head.slice(body.length);
  const lines = [...gap.matchAll(LINE_ENDS)];
  if (lines.length > 1) return true;
  const ending = ENDING.exec(head)?.[0];
  const item = lines.length === 1 && ITEM.test(tail);
  if (ending === undefined) return lines.length === 1 && (item || /^\s*#/.test(head));
  const before = body.slice(0, -ending.length);
  if (gap === "") return endsAdjacent(ending, before.slice(-1) || preceding, tail, options);
  const belongs = /^[»›](?![\p{L}\p{N}])/u.test(tail);
  if (new RegExp(`[${STOPS}]`).test(ending)) return true;
  return !belongs && (item || endsSpaced(ending, before, tail, options.language));
}

function endsAdjacent(ending: string, last: string, tail: string, { glued }: SplitOptions) {
  const ahead = tail.slice(0, 16);
  if (new RegExp(`^(?:[${ENDERS}]|${EMOJI})`).test(tail)) return false;
  const isStop = new RegExp(`[${STOPS}]`).test(ending);
  const closed = closes(ending);
  if (new RegExp(`^[${isStop ? CLOSERS.slice(0, -4) : CLOSERS}]`).test(tail)) return false;
  if (new RegExp(`^${CITATION}`).test(tail) || /^\[[\d,–-]*$/.test(ahead)) return false;
  if (isStop) return !(closed && /^[とっ、，]/.test(tail));
  const mild = marksOf(ending);
  const isMark = /[^.．…]$/.test(mild);
  const isDot = /^[.．]$/.test(mild);
  const [first = ""] = tail;
  const either = CJK.test(first) || CJK.test(last);
  if (isMark && either && /[\p{L}\p{N}]/u.test(first)) return true;
  if (isDot && CJK.test(first) && CJK.test(last)) return true;
  return glued === true && !closed && SMALL.test(last) && /^\p{Lu}\p{L}/u.test(tail.slice(0, 2));
}

function endsSpaced(ending: string, before: string, tail: string, language: Language) {
  const closed = closes(ending);
  if (/^[.．]$/.test(ending)) {
    const word = wordAtEnd(before, language);
    if (word === "abbreviation" || (word === "before-number" && /^\d/.test(tail))) return false;
  }
  const first = tail.slice(0, 16).replace(/^[—–-]+\s*/, "");
  if (first === "") return false;
  if (SMALL.test(first)) return /[^.．…]$/.test(marksOf(ending)) && !closed && /^[^—–-]/.test(tail);
  return !/^[.!?…,;:、，)\]}]/.test(first);
}

function wordAtEnd(before: string, language: Language) {
  const word = WORD.exec(before)?.[0] ?? "";
  if (word === "") return "free";
  const small = word.toLowerCase();
  const head = before.slice(0, -word.length);
  const list = /^(?:[\d.]+|[ivx]+|\p{Lu})$/iu.test(word);
  if (list && /(?:^|\n)[ \t>*_#(+-]*$/.test(head.slice(-24))) return "abbreviation";
  if (language.ordinals && /^(?:\d\d?|[IVXLC]+)$/.test(word) && !/\.\s*$/.test(head)) {
    return "abbreviation";
  }
  if (/^(?:\p{Lu}[.-]+)*\p{Lu}$/u.test(word) && !/^(?:I|[AP]\.M)$/.test(word))
    return "abbreviation";
  if (`${EVERYWHERE} ${language.abbreviations}`.split(" ").includes(small)) {
    return "abbreviation";
  }
  for (const entry of language.beforeNumbers.split(" ")) {
    if (entry === small) return "before-number";
    if (entry.startsWith("-") && small.endsWith(entry.slice(1))) return "before-number";
  }
  return "free";
}

function closes(ending: string): boolean {
  return new RegExp(`[${CLOSERS}]`).test(ending.replaceAll(new RegExp(CITATION, "g"), ""));
}

function marksOf(ending: string): string {
  return ending.replaceAll(new RegExp(`[^${ENDERS}]`, "g"), "");
}
