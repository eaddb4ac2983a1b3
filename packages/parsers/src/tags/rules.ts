import type { TagDelimiters, TagsOptions } from "../tags.ts";
import { delimiters, type Beginning, type Delimiters } from "./delimiters.ts";
import type { First, Opening, TagRules } from "./machine.ts";
import { STOPS } from "./markdown-code.ts";
import { closingTag, openingTag, type Step } from "./tag-syntax.ts";

const DEFAULT_MAX_TAG_LENGTH = 16_384;
const SPACE = /\s/;
const NO_TAG_NAME = /^$|[\s"'<>/=]/;

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
  const { ignoreCase, nested, codeAware, startInside } = options;
  const { maxTagLength = DEFAULT_MAX_TAG_LENGTH } = options;
  // A longer tag is text, so there is no error for this limit to trip with.
  if (!(maxTagLength >= 1)) refuse(`maxTagLength must be 1 or more, not ${maxTagLength}`);

  function find<Read>(beginnings: readonly Beginning<Read>[]): Delimiters<Read> {
    return delimiters(beginnings, ignoreCase, codeAware ? STOPS : "");
  }

  function insideOf(pairs: readonly Pair<Name>[]): Delimiters<number> {
    const all = pairs.flatMap(({ areTags, open, close }) => [
      ...close.map((text) => ({ text, read: OUT, behind: areTags ? closingTag(OUT) : undefined })),
      ...(nested ? [openingWith(open, areTags, IN, ALONG)] : []),
    ]);
    return find(all);
  }

  function outsideOf(pairs: readonly Pair<Name>[]): Delimiters<Opening<Name>> {
    const all = pairs.map((pair) => {
      const { tag, areTags, open } = pair;
      const opening = { tag, isTag: areTags, isEmpty: false, inside: insideOf([pair]) };
      return openingWith(open, areTags, opening, { ...opening, isEmpty: true });
    });
    return find(all);
  }

  function firstOf(tag: Name): First<Name> {
    const own = pairs.filter((pair) => pair.tag === tag);
    if (own.length === 0) refuse(`"${tag}" is none of them`);
    const { begin } = outsideOf(own);
    const behindSpace: Step<Opening<Name>> = (unit) =>
      SPACE.test(unit) ? behindSpace : begin(unit);
    return { tag, inside: insideOf(own), begin: behindSpace };
  }

  const pairs = names.map(pairOf);
  const first = startInside === undefined ? undefined : firstOf(startInside);
  return { ...options, outside: outsideOf(pairs), first, maxTagLength };
}

function pairOf<Name extends string>(name: Name | TagDelimiters<Name>): Pair<Name> {
  const areTags = typeof name === "string";
  const { tag, open, close } = areTags ? { tag: name, open: `<${name}`, close: `</${name}` } : name;
  const ends = [close].flat();
  if (areTags ? NO_TAG_NAME.test(tag) : ends.length === 0 || [open, ...ends].includes("")) {
    refuse(`"${tag}" has no proper delimiters`);
  }
  return { tag, areTags, open, close: ends };
}

function openingWith<Read>(text: string, isTag: boolean, read: Read, empty: Read): Beginning<Read> {
  return { text, read, behind: isTag ? openingTag(read, empty) : undefined };
}

function refuse(problem: string): never {
  throw new RangeError(`Cannot find tags: ${problem}`);
}
