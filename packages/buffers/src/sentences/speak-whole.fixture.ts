import { findSpans, hideSpans, MAYBE_TAG } from "./find-spans.fixture.ts";
import type { SpeechOptions } from "./speech.ts";
import {
  CJK,
  CLOSERS,
  closes,
  EMOJI,
  ENDERS,
  ENDING,
  marksOf,
  splitWhole,
  STOPS,
  wordAtEnd,
  type SplitOptions,
} from "./split-whole.fixture.ts";

// What `speech` says, over a text that is all there: first all places, then one unit after another.

interface Place {
  at: number;
  /** The same without the space before it. */
  end: number;
  rank: "sentence" | "clause" | "word";
  /** A clause only if what is read reaches so far: the word that begins it must be known. */
  known: number;
}

const WIDE = "—、，；：﹑､፣፤፥";
const CLAUSE_ENDING = new RegExp(`[,:–،؛\\u0387;${WIDE}](?:[${CLOSERS}]|${EMOJI})*$`);
const WIDE_ENDING = new RegExp(`[${WIDE}](?:[${CLOSERS}]|${EMOJI})*$`);
const NOT_FIRST = new RegExp(`^[${ENDERS},:–،؛\\u0387;${WIDE})\\]}»›”’\\p{M}\\u200d]`, "u");
const BELONGING = new RegExp(`^(?:[${CLOSERS}]|${EMOJI})`);
const DIGITS = /[\d０-９]$/;
const HALF_ITEM = /^(?:[-*+•–—]|#{1,6}|(?:\d{1,9}|[a-z])[.)]?|`{1,2}|~{1,2})$/;
const UNSPACED =
  "\\u0e01-\\u0eff\\u1000-\\u109f\\u1780-\\u17d3\\u3041-\\u30ff\\u3400-\\u9fff\\uf900-\\ufaff";
const BEHIND = new RegExp(`(?![\\u17d2\\u1039เแโใไ\\u0ec0-\\u0ec4])[${UNSPACED}]$`, "u");
const BEFORE = new RegExp(
  `^(?!\\p{M}|[ฯะาำๅๆ\\u0eaf\\u0eb0\\u0eb2\\u0eb3\\u0ec6・ーヽヾ゛゜ゝゞぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ])[${UNSPACED}]`,
  "u",
);

export function speakWhole(text: string, options: SplitOptions, speech: SpeechOptions): string[] {
  const { first = {}, shortest = 20, longest = 240 } = speech;
  const places = findPlaces(text, options);
  const between = findBetween(text);
  const contentEnd = Math.max(text.trimEnd().length, findSpans(text).at(-1)?.to ?? 0);
  const units: string[] = [];
  let start = 0;
  while (start < text.length) {
    const isFirst = units.length === 0;
    const isClause = ({ rank, known }: Place) => rank === "clause" && known - start <= longest;
    const least = isFirst ? (first.shortest ?? 1) : shortest;
    const near = places.filter(({ at, end }) => at > start && end - start <= longest);
    const found = near.find(
      (place) =>
        (place.rank === "sentence" && place.end - start >= least) ||
        (isFirst && isClause(place) && place.end - start >= (first.clause ?? 16)),
    );
    let next = found?.at;
    if (next === undefined && contentEnd - start <= longest) next = text.length;
    next ??= near.filter(({ rank }) => rank === "sentence").at(-1)?.at;
    next ??= near.filter((place) => isClause(place) && place.end - start >= shortest).at(-1)?.at;
    next ??= near.at(-1)?.at;
    next ??= between.filter((at) => at > start && at - start <= longest).at(-1);
    next ??= Math.min(
      places.find(({ at }) => at > start)?.at ?? text.length,
      between.find((at) => at > start) ?? text.length,
    );
    units.push(text.slice(start, next));
    start = next;
  }
  return units;
}

function findPlaces(text: string, options: SplitOptions): Place[] {
  const spans = findSpans(text);
  const hidden = hideSpans(text, spans);
  const sentences = new Set<number>();
  let at = 0;
  for (const sentence of splitWhole(text, options)) sentences.add((at += sentence.length));
  let start = 0; // of the sentence
  const places: Place[] = [];
  for (at = 1; at < text.length; at++) {
    const body = text.slice(0, at).trimEnd();
    if (/^\s/.test(text.slice(at)) || body === "") continue;
    if (spans.some(({ from, to }) => from < at && at < to)) continue;
    const broken = spans.find(({ kind, to }) => kind === "broken" && to > body.length && to <= at);
    const place = { at, end: broken?.to ?? body.length, known: 0 };
    if (sentences.has(at)) {
      places.push({ ...place, rank: "sentence" });
      start = at;
      continue;
    }
    if (broken?.to === at) continue;
    const gap = text.slice(body.length, at);
    const rank = rankOf(hidden.slice(start, body.length), gap, text.slice(at), options);
    if (rank === "word") {
      const next = /^(\p{L}+)\s/u.exec(text.slice(at))?.[1] ?? "";
      const words = (options.language.clauseWords ?? "").split(" ");
      const known = next !== "" && words.includes(next.toLowerCase()) ? at + next.length : Infinity;
      places.push({ ...place, rank: known === Infinity ? "word" : "clause", known });
    } else if (rank !== undefined) places.push({ ...place, rank });
  }
  return places;
}

/** What may end between a body and a tail where no sentence does. */
function rankOf(body: string, gap: string, tail: string, { language }: SplitOptions) {
  if (NOT_FIRST.test(tail)) return undefined;
  const isNumber = DIGITS.test(body.replace(WIDE_ENDING, "")) && /^[\d０-９]/.test(tail);
  const ending = ENDING.exec(body)?.[0];
  if (gap === "") {
    if (BELONGING.test(tail)) return undefined;
    if (ending === undefined) return WIDE_ENDING.test(body) && !isNumber ? "clause" : undefined;
    const isStop = new RegExp(`[${STOPS}]`).test(ending);
    const isEllipsis = !isStop && /^(?:…|[.．…]{2,}|.+[.．…])$/.test(marksOf(ending));
    const last = body.slice(0, -ending.length);
    if (/^\[[\d,–-]*(?:\]|$)/.test(tail)) return undefined;
    if (MAYBE_TAG.test(tail.slice(0, 64))) return undefined;
    return isEllipsis && (CJK.test(last.slice(-1)) || CJK.test(tail.charAt(0)))
      ? "clause"
      : undefined;
  }
  if (/^[^\n]*\n[^\n]*$/.test(gap) && HALF_ITEM.test(tail)) return undefined;
  if (ending !== undefined) {
    if (/^[—–-]+\s*$/.test(tail)) return undefined;
    const word = /^\.\)?$/.test(ending)
      ? wordAtEnd(body.slice(0, -ending.length), language)
      : "free";
    if (word !== "free") return undefined;
    return /^[.．]$/.test(marksOf(ending)) && !closes(ending) ? "word" : "clause";
  }
  if (CLAUSE_ENDING.test(body)) return "clause";
  return isNumber || /\p{Pi}$/u.test(body) ? undefined : "word";
}

/** Where a text of a script without spaces may be cut between two letters. */
function findBetween(text: string): number[] {
  const spans = findSpans(text);
  return Array.from({ length: text.length }, (_, index) => index).filter(
    (at) =>
      BEHIND.test(text.slice(0, at)) &&
      BEFORE.test(text.slice(at)) &&
      !spans.some(({ from, to }) => from < at && at < to),
  );
}
