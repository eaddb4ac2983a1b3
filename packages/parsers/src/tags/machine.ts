import type { Emit, Machine } from "@millrace/core";
import { endsInHalf, holdText } from "@millrace/core/text";
import type { TagAttributes, TagPiece, TagsOptions } from "../tags.ts";
import type { Delimiters } from "./delimiters.ts";
import { markdownCode } from "./markdown-code.ts";
import { spaceAround } from "./space.ts";
import { attributesOf, type Step } from "./tag-syntax.ts";

/** What an opening delimiter says. */
export interface Opening<Name extends string> {
  tag: Name;
  /** It may have attributes. */
  isTag: boolean;
  /** It is the whole section. */
  isEmpty: boolean;
  /** Finds what changes the depth of the section, and says by how much; at 0 the section ends. */
  inside: Delimiters<number>;
}

/** What the text may begin inside of, and what reads the opening delimiter that may be there. */
export interface First<Name extends string> extends Pick<Opening<Name>, "tag" | "inside"> {
  begin: Step<Opening<Name>>;
}

export interface TagRules<Name extends string> extends TagsOptions<Name> {
  outside: Delimiters<Opening<Name>>;
  first: First<Name> | undefined;
  maxTagLength: number;
}

//   outside ──first unit──▶ delimiter? ──whole──▶ inside ──first unit──▶ delimiter?
//      ▲ ▲                      │                   ▲                      │  │
//      │ └───────ruled out──────┘                   └──────ruled out───────┘  │
//      └──────────────────────────────────whole───────────────────────────────┘
//
// What turns out to be no tag is read once more, from its second unit. The work stays linear: what
// might be a tag within another one begins in quotes, and of those that have begun and might still
// be tags, no two are in quotes of the same kind.

/** Reads every unit once, and those of what turns out to be no tag up to twice more. */
export function tagMachine<Name extends string>(
  rules: TagRules<Name>,
  emit: Emit<TagPiece<Name>>,
): Machine<string> {
  const { outside, maxTagLength } = rules;
  const code = rules.codeAware ? markdownCode() : undefined;
  const space = rules.trim ? spaceAround(maxTagLength) : undefined;
  const held = holdText(); // what may be a delimiter, or half of a surrogate pair
  let text = ""; // what is read now
  let at = 0; // the next unit to read
  let from = 0; // the first unit that is not emitted yet
  let { first } = rules; // set: it is not known yet how the text begins
  let delimiters: Delimiters<Opening<Name> | number> = outside; // those that count here
  let step: Step<Opening<Name> | number> | undefined = first?.begin; // set: in what may be one
  let start = 0; // where that begins; below 0 if it begins with what is held
  let tag: Name | undefined; // of the section
  let attributes: TagAttributes | undefined;
  let depth = 0; // as many closing tags end the section
  let isNew = false; // nothing has been said of the section yet

  function read(): void {
    while (at < text.length) {
      if (step === undefined) seek();
      else follow(step);
    }
  }

  function seek(): void {
    start = code?.find(text, at, delimiters) ?? delimiters.find(text, at);
    if (start === -1) at = text.length;
    else {
      at = start;
      step = delimiters.begin;
    }
  }

  function follow(next: Step<Opening<Name> | number>): void {
    const read = at - start < maxTagLength ? next(text.charAt(at)) : undefined;
    at++;
    step = undefined;
    if (typeof read === "function") {
      step = read;
      return;
    }
    if (start < 0) {
      // What was held back is read together with what has come.
      text = held.take(text);
      at -= start;
      start = 0;
    }
    if (read === undefined) ruleOut();
    else if (typeof read === "number") changeDepth(read);
    else open(read);
  }

  function ruleOut(): void {
    at = start;
    if (first !== undefined) enter(first);
    else {
      code?.pass(text.charAt(at));
      at++;
    }
  }

  function open(opening: Opening<Name>): void {
    put(start);
    enter(opening);
    if (opening.isTag) attributes = attributesOf(text.slice(start, at));
    from = at;
    if (opening.isEmpty) close(at);
  }

  function enter(section: Pick<Opening<Name>, "tag" | "inside">): void {
    tag = section.tag;
    attributes = undefined;
    delimiters = section.inside;
    depth = 1;
    isNew = true;
    first = undefined;
    space?.enter();
    code?.enter();
  }

  function changeDepth(by: number): void {
    depth += by;
    if (depth === 0) close(start);
    else code?.pass(text.charAt(start));
  }

  function close(end: number): void {
    isNew = true;
    put(end, true);
    from = at;
    tag = undefined;
    delimiters = outside;
    space?.leave();
    code?.leave();
  }

  /** Emits what has come before `end`, behind which it may be sure that the text goes on. */
  function put(end: number, complete = false, goesOn = false): void {
    const piece = text.slice(from, end);
    const shown = space?.trim(piece, goesOn) ?? piece;
    if (shown === "" && !isNew) return;
    isNew = false;
    // The slow way to do this is to spread what the pieces of a section have in common.
    if (tag === undefined) emit({ text: shown, complete: true });
    else if (attributes === undefined) emit({ tag, text: shown, complete });
    else emit({ tag, attributes, text: shown, complete });
  }

  /** No more comes, so what may be a delimiter is none. */
  function finish(): void {
    text = held.take();
    at = text.length;
    from = 0;
    start = 0;
    while (step !== undefined) {
      step = undefined;
      ruleOut();
      read();
    }
    put(text.length);
  }

  return {
    push(chunk) {
      at = 0;
      from = 0;
      start = -held.length;
      text = chunk;
      if (step === undefined) {
        at = held.length;
        text = held.take(chunk);
      }
      read();
      // Either what may be a delimiter waits, or half of a surrogate pair.
      const half = step === undefined && from < text.length && endsInHalf(text) ? 1 : 0;
      const end = step === undefined ? text.length - half : Math.max(start, 0);
      put(end, false, half > 0);
      if (end < text.length) held.add(text.slice(end));
    },
    flush: finish,
    fail: finish,
  };
}
