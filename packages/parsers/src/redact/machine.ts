import type { Emit, LimitError, Machine } from "@millrace/core";
import { endsInHalf, holdText, isPair, wholeCharacters } from "@millrace/core/text";
import { replace, type Replacement } from "../literals/replacement.ts";
import type { Finder, Place } from "./finder.ts";
import { goesOn, type Pattern } from "./pattern.ts";

export interface Rule {
  replacement: Replacement;
  /** Of a regular expression. */
  pattern: Pattern | undefined;
  maxMatch: number;
  tooLong: ((offset: number) => LimitError) | undefined;
}

export interface Redaction {
  rules: readonly Rule[];
  /** Fresh ones for each run. */
  finders: () => readonly Finder[];
  /** Whether to redact at the end what is held. */
  redactsHeld: (failed: boolean) => boolean;
}

/** A match longer than its limit, whose beginning has been replaced. */
interface Overflow {
  pattern: Pattern;
  /** Its beginning, as long as the limit: what a unit behind it is tried with. */
  head: string;
  /** Units, or characters, that are known to go on with it or not. */
  known: Map<string, boolean>;
}

/** Redacts by rules of any kind: the leftmost match, then the longest, then the first rule's. */
export function redactionMachine(redaction: Redaction, emit: Emit<string>): Machine<string> {
  const { rules, redactsHeld } = redaction;
  const finders = redaction.finders();
  const readsCharacters = rules.some(({ pattern }) => pattern?.unicode === true);
  const output = wholeCharacters(emit);
  const ready = holdText(); // what is decided and not emitted yet
  let held = ""; // what is not decided
  let before = ""; // the first half of a character whose second half begins what is held
  let hoped: number | undefined; // the rule that may match from its beginning
  let swallowing: Overflow | undefined; // nothing is held then
  let offset = 0; // of `before` and what is held

  /** Reads on; `more` begins with what was held. */
  function read(more: string, ended: boolean): void {
    const all = before + more;
    const isCut = readsCharacters && !ended && endsInHalf(all);
    const text = isCut ? all.slice(0, -1) : all;
    const places: (Place | undefined)[] = [];
    let at = swallow(text, before.length);
    before = "";
    held = "";
    hoped = undefined;
    for (;;) {
      const place = firstPlace(places, text, at, ended);
      const start = place?.start ?? text.length;
      ready.add(text.slice(at, start));
      at = start;
      if (place?.end === undefined) {
        hoped = place?.rule;
        break;
      }
      redact(text.slice(start, place.end), rules[place.rule]!, offset + start);
      at = swallow(text, place.end);
    }
    held = all.slice(at);
    if (isPair(all, at - 1)) before = all[at - 1]!;
    offset += at - before.length;
  }

  function firstPlace(
    places: (Place | undefined)[],
    text: string,
    at: number,
    ended: boolean,
  ): Place | undefined {
    let first: Place | undefined;
    finders.forEach((find, index) => {
      const known = places[index];
      const place =
        index in places && !(known && known.start < at) ? known : find(text, at, ended, offset);
      places[index] = place;
      if (place && (first === undefined || isBefore(place, first))) first = place;
    });
    return first;
  }

  function redact(match: string, rule: Rule, from: number): void {
    ready.add(replace(match, rule.replacement));
    const { pattern, maxMatch } = rule;
    if (pattern === undefined || match.length <= maxMatch) return;
    if (rule.tooLong !== undefined) throw rule.tooLong(from + maxMatch);
    const head = match.slice(0, pattern.unicode && isPair(match, match.length - 2) ? -2 : -1);
    swallowing = { pattern, head, known: new Map() };
  }

  /** Goes on with a match that is too long; gives where it ends. */
  function swallow(text: string, from: number): number {
    let at = from;
    while (swallowing !== undefined && at < text.length) {
      const next = swallowing.pattern.unicode
        ? String.fromCodePoint(text.codePointAt(at)!)
        : text[at]!;
      if (swallows(swallowing, next)) at += next.length;
      else swallowing = undefined;
    }
    return at;
  }

  function finish(failed: boolean): void {
    const text = held;
    held = "";
    try {
      if (hoped !== undefined && redactsHeld(failed)) {
        ready.add(replace(text, rules[hoped]!.replacement));
      } else if (text !== "") read(text, true);
    } finally {
      output.finish(ready.take());
    }
  }

  return {
    push(chunk) {
      read(held + chunk, false);
      output.put(ready.take());
    },
    flush: () => finish(false),
    fail: () => finish(true),
  };
}

/** At one place what is not decided comes first, for it may become the longest. */
function isBefore(place: Place, other: Place): boolean {
  if (place.start !== other.start) return place.start < other.start;
  const length = (place.end ?? Infinity) - (other.end ?? Infinity);
  return length > 0 || (length === 0 && place.rule < other.rule);
}

function swallows({ pattern, head, known }: Overflow, next: string): boolean {
  let answer = known.get(next);
  if (answer === undefined) known.set(next, (answer = goesOn(pattern, head + next)));
  return answer;
}
