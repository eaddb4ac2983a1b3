import type { TagDelimiters, TagsOptions } from "../tags.ts";
import { delimiters, type Beginning, type Delimiters } from "./delimiters.ts";
import type { Opening, TagRules } from "./machine.ts";
import { STOPS } from "./markdown-code.ts";
import { closingTag, openingTag, type Step } from "./tag-syntax.ts";

const DEFAULT_MAX_TAG_LENGTH = 16_384;
const NO_TAG_NAME = /^$|[\s"'<>/=]/;
const SPACE = /\s/;

// How much deeper into a section a delimiter leads.
const IN = 1;
const ALONG = 0;
const OUT = -1;

/** What a section stands between: these strings, or tags that begin so. */
interface Pair<Name extends string> {
  tag: Name;
  areTags: boolean;
  open: string;
  close: readonly string[];
}

/** All that a machine has to know; the runs of a stage share it. */
export function tagRules<Name extends string>(
  names: readonly (Name | TagDelimiters<Name>)[],
  options: TagsOptions<Name>,
): TagRules<Name> {
  const { codeAware = false, trim = false, maxTagLength = DEFAULT_MAX_TAG_LENGTH } = options;
  const { ignoreCase, nested = false, startInside } = options;
  // A longer tag is text, so there is no error for this limit to trip with.
  if (!(maxTagLength >= 1)) refuse(`maxTagLength must be 1 or more, not ${maxTagLength}`);

  function find<Read>(beginnings: readonly Beginning<Read>[]): Delimiters<Read> {
    return delimiters(beginnings, ignoreCase, codeAware ? STOPS : "");
  }

  function insideOf(pairs: readonly Pair<Name>[]): Delimiters<number> {
    const all = pairs.flatMap(({ areTags, open, close }) => [
      ...close.map((text) => beginning(areTags, text, OUT, closingTag(OUT))),
      ...(nested ? [beginning(areTags, open, IN, openingTag(IN, ALONG))] : []),
    ]);
    return find(all);
  }

  function outsideOf(pairs: readonly Pair<Name>[]): Delimiters<Opening<Name>> {
    const all = pairs.map((pair) => {
      const { tag, areTags, open } = pair;
      const opening = { tag, isTag: areTags, isEmpty: false, inside: insideOf([pair]) };
      return beginning(areTags, open, opening, openingTag(opening, { ...opening, isEmpty: true }));
    });
    return find(all);
  }

  function firstOf(tag: Name): TagRules<Name>["first"] {
    const own = pairs.filter((pair) => pair.tag === tag);
    if (own.length === 0) refuse(`startInside "${tag}" is none of them`);
    const { begin } = outsideOf(own);
    const behindSpace: Step<Opening<Name>> = (unit) =>
      SPACE.test(unit) ? behindSpace : begin(unit);
    const opening = { tag, isTag: false, isEmpty: false, inside: insideOf(own) };
    return { opening, begin: behindSpace };
  }

  const pairs = names.map(pairOf);
  const first = startInside === undefined ? undefined : firstOf(startInside);
  return { outside: outsideOf(pairs), first, codeAware, trim, maxTagLength };
}

function pairOf<Name extends string>(name: Name | TagDelimiters<Name>): Pair<Name> {
  if (typeof name === "string") {
    if (NO_TAG_NAME.test(name)) refuse(`"${name}" is no tag's name`);
    return { tag: name, areTags: true, open: `<${name}`, close: [`</${name}`] };
  }
  const { tag, open } = name;
  const close = typeof name.close === "string" ? [name.close] : name.close;
  if (close.length === 0 || [open, ...close].includes("")) refuse(`"${tag}" lacks a delimiter`);
  return { tag, areTags: false, open, close };
}

function beginning<Read>(
  isTag: boolean,
  text: string,
  read: Read,
  behind: Step<Read>,
): Beginning<Read> {
  return isTag ? { text, behind } : { text, read };
}

function refuse(problem: string): never {
  throw new RangeError(`Cannot find tags: ${problem}`);
}
