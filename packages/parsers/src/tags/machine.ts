import type { Emit, Machine } from "@millrace/core";
import { holdText } from "@millrace/core/text";
import type { TagPiece } from "../tags.ts";
import type { Delimiters } from "./delimiters.ts";
import { markdownCode } from "./markdown-code.ts";
import { spaceAround } from "./space.ts";
import { attributesOf, type Step, type TagAttributes } from "./tag-syntax.ts";

/** What an opening delimiter says. */
export interface Opening<Name extends string> {
  tag: Name;
  /** Finds what changes the depth of a section, and says by how much; the section ends at 0. */
  inside: Delimiters<number>;
  /** Where its attributes begin; 0 if it can have none. */
  attributesAt: number;
  /** It is the whole section. */
  isEmpty: boolean;
}

export interface TagRules<Name extends string> {
  outside: Delimiters<Opening<Name>>;
  /** The section that the text begins in, and what reads its opening delimiter if it has one. */
  first: { opening: Opening<Name>; begin: Step<Opening<Name>> } | undefined;
  codeAware: boolean;
  trim: boolean;
  maxTagLength: number;
}

interface Section<Name extends string> {
  opening: Opening<Name>;
  attributes: TagAttributes | undefined;
}

//   outside ──first unit──▶ delimiter? ──whole──▶ inside
//      ▲ ▲                     │                  ▲ │ │
//      │ └───ruled out─────────┘                  │ │ └──first unit──▶ delimiter? ──┐
//      │                                          └─┼─────ruled out────────┘        │
//      └────────────────────────────────────────────┴───────────whole───────────────┘
//
// What rules out a delimiter is read once more, from the unit behind the first. Those that begin
// within another one stand in its quotes, and there is but one to a kind of quotes.

/** Reads every unit once, and those of what turns out to be no tag at most twice more. */
export function tagMachine<Name extends string>(
  rules: TagRules<Name>,
  emit: Emit<TagPiece<Name>>,
): Machine<string> {
  const { outside, first, maxTagLength } = rules;
  const code = rules.codeAware ? markdownCode() : undefined;
  const space = rules.trim ? spaceAround(maxTagLength) : undefined;
  const held = holdText(); // what may be a delimiter, or half of a surrogate pair
  let text = ""; // what is read now
  let at = 0; // the next unit to read
  let from = 0; // the first unit that is not emitted yet
  let step: Step<Opening<Name> | number> | undefined = first?.begin; // set: in a possible delimiter
  let start = 0; // where it begins; below 0 if it begins with what is held
  let section: Section<Name> | undefined;
  let depth = 0;
  let isNew = false; // nothing has been said of the section yet
  let mayBegin = first !== undefined; // it is not known yet how the text begins

  function read(): void {
    while (at < text.length) {
      if (step === undefined) seek();
      else follow(step);
    }
  }

  function seek(): void {
    const delimiters: Delimiters<Opening<Name> | number> = section?.opening.inside ?? outside;
    const found = code?.find(text, at, delimiters) ?? delimiters.find(text, at);
    at = found === -1 ? text.length : found;
    if (found === -1) return;
    start = found;
    step = delimiters.begin;
  }

  function follow(next: Step<Opening<Name> | number>): void {
    const read = at - start < maxTagLength ? next(text.charAt(at)) : undefined;
    if (typeof read === "function") {
      at++;
      step = read;
    } else if (read === undefined) ruleOut();
    else {
      at++;
      step = undefined;
      rejoin();
      if (typeof read === "number") changeDepth(read);
      else open(read);
    }
  }

  /** What was held back is read together with what has come. */
  function rejoin(): void {
    if (start >= 0) return;
    at -= start;
    start = 0;
    text = held.take(text);
  }

  function ruleOut(): void {
    step = undefined;
    rejoin();
    at = start;
    if (mayBegin) enter(first!.opening);
    else {
      code?.pass(text.charAt(start));
      at++;
    }
  }

  function open(opening: Opening<Name>): void {
    put(start);
    enter(opening, attributesBehind(opening));
    from = at;
    if (opening.isEmpty) close(at);
  }

  /** Of the opening tag that has just been read. */
  function attributesBehind({ attributesAt, isEmpty }: Opening<Name>): TagAttributes | undefined {
    if (attributesAt === 0) return undefined;
    const tag = text.slice(start, isEmpty ? at - 2 : at - 1);
    return attributesOf(tag.trimStart().slice(attributesAt));
  }

  function enter(opening: Opening<Name>, attributes?: TagAttributes): void {
    section = { opening, attributes };
    depth = 1;
    isNew = true;
    mayBegin = false;
    space?.open();
    code?.enter();
  }

  function changeDepth(by: number): void {
    depth += by;
    if (depth === 0) {
      close(start);
      from = at;
    } else code?.pass(text.charAt(start));
  }

  function close(end: number): void {
    isNew = true;
    put(end, true);
    section = undefined;
    space?.close();
    code?.leave();
  }

  /** Emits what has come before `end`, behind which it may be sure that the text goes on. */
  function put(end: number, complete = false, goesOn = false): void {
    const piece = from < end ? text.slice(from, end) : "";
    if (section === undefined) {
      const shown = space?.outside(piece) ?? piece;
      if (shown !== "") emit({ text: shown, complete: true });
      return;
    }
    const shown = space?.inside(piece, goesOn) ?? piece;
    if (shown === "" && !isNew) return;
    const { opening, attributes } = section;
    const { tag } = opening;
    isNew = false;
    if (attributes === undefined) emit({ tag, text: shown, complete });
    else emit({ tag, attributes, text: shown, complete });
  }

  /** No more comes, so what may be a delimiter is none. */
  function finish(): void {
    text = held.take();
    from = 0;
    at = text.length;
    start = 0;
    while (step !== undefined) {
      ruleOut();
      read();
    }
    put(text.length);
  }

  return {
    push(chunk) {
      const length = held.length;
      if (step === undefined) {
        text = held.take(chunk);
        at = length;
      } else {
        text = chunk;
        at = 0;
        start = -length;
      }
      from = 0;
      read();
      const half = step === undefined ? halves(text) : 0;
      const end = step === undefined ? text.length - half : Math.max(start, 0);
      put(end, false, half > 0);
      held.add(text.slice(end));
    },
    flush: finish,
    fail: finish,
  };
}

/** How many units at the end wait for the other half of their surrogate pair. */
function halves(text: string): number {
  const unit = text.charCodeAt(text.length - 1);
  return unit >= 0xd800 && unit <= 0xdbff ? 1 : 0;
}
